import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stubCluster } from '../stub/stub-cluster';

const root = join(__dirname, '../../..');
const cluster = stubCluster();

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !condition(); i++) await sleep(50);
  expect(condition()).toBe(true);
}

test.each(['SIGKILL', 'SIGTERM'] as const)('the proxy ends when the command is ended by %s', async (signal) => {
  cluster.is({ context: 'kind-dev', answers: { 'GET /version': [0, ''] } });
  const child = spawn(process.execPath, [join(root, 'bin/callsign.js'), 'diff'], {
    cwd: root,
    env: cluster.environment,
    stdio: 'ignore',
  });
  await until(() => cluster.requests().includes('GET /version'));
  const proxy = cluster.proxy!;
  expect([proxy, isRunning(proxy)]).toEqual([expect.any(Number), true]);
  child.kill(signal);
  await once(child, 'close');
  await until(() => !isRunning(proxy));
});
