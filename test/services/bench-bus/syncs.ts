// Counts how often processes wait for the disk. It needs `perf`, and the right to count system calls.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { withChildren } from './processes.ts';

const CALLS = ['fsync', 'fdatasync'].map((call) => `syscalls:sys_enter_${call}`).join(',');
/** After this time, perf counts. */
const ATTACH_MS = 300;

/** The returned function ends the count. Its result is NaN if `perf` cannot count. */
export async function countSyncs(roots: readonly number[]): Promise<() => Promise<number>> {
  const perf = spawn('perf', ['stat', '-x', ',', '-e', CALLS, '-p', withChildren(roots).join(',')], {
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
    const counts = [...output.matchAll(/^(\d+),,syscalls:/gm)];
    return counts.length > 0 ? counts.reduce((sum, [, count]) => sum + Number(count), 0) : NaN;
  };
}
