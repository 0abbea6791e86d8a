// Counts how often processes wait for the disk. It needs `perf`, and the right to count system calls.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { withChildren } from './processes.ts';

const CALLS = ['syscalls:sys_enter_fsync', 'syscalls:sys_enter_fdatasync'];
/** Also counts the writes to files that were opened so that each write waits. */
const IN_EXT4 = 'ext4:ext4_sync_file_enter';
const events = existsSync('/sys/kernel/tracing/events/ext4') ? [...CALLS, IN_EXT4] : CALLS;
/** After this time, perf counts. */
const ATTACH_MS = 300;

/** The returned function ends the count. Its result is NaN if `perf` cannot count. */
export async function countSyncs(roots: readonly number[]): Promise<() => Promise<number>> {
  const perf = spawn('perf', ['stat', '-x', ',', '-e', events.join(','), '-p', withChildren(roots).join(',')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  perf.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const ended = new Promise((resolve) => perf.once('error', resolve).once('close', resolve));
  await Promise.race([ended, once(perf, 'spawn')]);
  await new Promise((resolve) => setTimeout(resolve, ATTACH_MS));
  return async () => {
    perf.kill('SIGINT');
    await ended;
    const counts = new Map(
      [...output.matchAll(/^(\d+),,([^,]+),/gm)].map(([, count, event]) => [event!, Number(count)]),
    );
    return Math.max(counts.get(IN_EXT4) ?? 0, counts.get(CALLS[0]!)! + counts.get(CALLS[1]!)!);
  };
}
