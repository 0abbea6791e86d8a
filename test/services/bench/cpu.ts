// The CPU time of processes and their children. Other load of the machine hardly affects it.
import { readFileSync, readdirSync } from 'node:fs';

/** In milliseconds. Undefined on systems without /proc. */
export function cpuMs(roots: readonly number[]): number | undefined {
  try {
    const stats = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readStat);
    const wanted = new Set(roots);
    // Adds the children of known processes, and repeats because parents may come later in the list.
    for (let size = 0; size < wanted.size;) {
      size = wanted.size;
      for (const { pid, parent } of stats) if (wanted.has(parent)) wanted.add(pid);
    }
    return stats.filter(({ pid }) => wanted.has(pid)).reduce((sum, { ticks }) => sum + ticks * 10, 0);
  } catch {
    return undefined;
  }
}

function readStat(pid: string): { pid: number; parent: number; ticks: number }[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // User and system time of the process and of its children that have exited, in hundredths of a second.
    return [
      {
        pid: Number(pid),
        parent: Number(fields[1]),
        ticks: [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0),
      },
    ];
  } catch {
    return [];
  }
}
