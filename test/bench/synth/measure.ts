import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The file for the standard output. */
  readonly out?: string;
}

export interface Measured {
  readonly wallMs: number;
  /** The time of all its processors, in user and system mode. */
  readonly cpuMs: number;
}

/** Runs a program to its end. bash measures it, because Node.js does not tell the CPU time of other processes. */
export function measure({ program, args, out = '/dev/null' }: Command): Measured {
  const { status, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3R %3U %3S"; time "$@" > "$0"', out, program, ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
  const times = /(?:^|\n)([\d.]+) ([\d.]+) ([\d.]+)\n$/.exec(stderr);
  if (status !== 0 || !times) throw new Error(`${program} ${args.join(' ')} exited with ${status}:\n${stderr}`);
  const [wall, user, system] = times.slice(1).map(Number) as [number, number, number];
  return { wallMs: wall * 1_000, cpuMs: (user + system) * 1_000 };
}

/** The most memory that a program has at one time, in megabytes. Only Linux tells it: otherwise undefined. */
export async function peakMegabytes({ program, args }: Command): Promise<number | undefined> {
  if (!existsSync('/proc/self/status')) return undefined;
  const child = spawn(program, args, { stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1_000);
    } catch {
      // The program has ended.
    }
  }, 2);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return Math.round(peak);
}
