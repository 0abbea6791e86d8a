// Processor time of processes and of all that they started: hardly changed by what else the machine does.
import { readFileSync, readdirSync } from 'node:fs';

/** Milliseconds; undefined where there is no /proc. */
export function cpuMs(roots: readonly number[]): number | undefined {
  try {
    const stats = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readStat);
    const wanted = new Set(roots);
    // A child has its parent in the set; parents may come later in the list.
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
    // Its own time, in user and system, and that of its children that have ended: in hundredths of a second.
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
