import { readdirSync, readFileSync } from 'node:fs';

/** The memory of processes and of those that they started, in MiB. Memory that several share is divided by them. */
export function memory(first: readonly number[]): number {
  const all = new Set<number>();
  const add = (pid: number) => {
    if (all.has(pid)) return;
    all.add(pid);
    for (const child of childrenOf(pid)) add(child);
  };
  for (const pid of first) add(pid);
  return [...all].reduce((sum, pid) => sum + shareOf(pid), 0) / 1_024;
}

export function childrenOf(pid: number): number[] {
  return processes().filter((one) => parentOf(one) === pid);
}

/** Those whose command line begins with a name and contains a text. */
export function processesOf(name: string, text: string): number[] {
  return processes().filter((pid) => {
    const [program = '', ...args] = textOf(`/proc/${pid}/cmdline`).split('\0');
    return program.endsWith(name) && args.includes(text);
  });
}

export function parentOf(pid: number): number | undefined {
  const [, parent] = /^PPid:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`)) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Its share of the memory, in KiB. */
function shareOf(pid: number): number {
  const [, share] = /^Pss:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(share ?? 0);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended.
    return '';
  }
}
