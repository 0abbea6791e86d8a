// What processes and their children use. The CPU time hardly depends on the other load of the machine.
import { readFileSync, readdirSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** CPU time in milliseconds. Undefined on systems without /proc. */
export function cpuMs(roots: readonly number[]): number | undefined {
  return total(roots, ({ ticks }) => ticks * 10);
}

/** Memory in bytes. Memory that processes share is counted once. Undefined on systems without /proc. */
export function memoryOf(roots: readonly number[]): number | undefined {
  return total(roots, ({ pid }) => valueIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB/m) * 1_024);
}

/** The ids of processes and all their children. */
export const withChildren = (roots: readonly number[]): readonly number[] => tree(roots).map(({ pid }) => pid);

function total(roots: readonly number[], valueOf: (one: Process) => number): number | undefined {
  try {
    return tree(roots).reduce((sum, one) => sum + valueOf(one), 0);
  } catch {
    return undefined;
  }
}

function tree(roots: readonly number[]): readonly Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readStat);
  const wanted = new Set(roots);
  // Adds the children of known processes, and repeats because parents may come later in the list.
  for (let size = 0; size < wanted.size;) {
    size = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

function readStat(pid: string): Process[] {
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

/** 0 if the process has ended. */
function valueIn(file: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
