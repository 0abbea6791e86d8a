// Runs a service from its source as a separate process.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './service.ts';

const root = join(__dirname, '../../..');

export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The URL for the bus. The same as `url` if EVENTS_PORT is not set. */
  readonly eventsUrl: string;
  /** The URL of the health checks and the metrics. The same as `url` if HEALTH_PORT is not set. */
  readonly healthUrl: string;
  /** Every line of the log, parsed. */
  readonly logs: Record<string, unknown>[];
  /** Resolves to the exit code, or to the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const running = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a process without waiting. `main` is a file of the project. */
export function spawnProcess(
  main: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Omit<ServiceProcess, 'url' | 'eventsUrl' | 'healthUrl'> {
  const imports = ['--import', 'tsx', '--import', pathToFileURL(join(root, 'services/common/telemetry.ts')).href];
  const child = spawn(process.execPath, [...imports, join(root, main), ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const logs: Record<string, unknown>[] = [];
  let rest = '';
  const read = (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      logs.push(line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : { msg: line });
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve(code ?? signal ?? 'nothing');
    });
  });
  return { child, logs, ended };
}

/** Starts a process and waits until it is listening or ready. */
export async function startProcess(
  main: string,
  env: Record<string, string> = {},
  waitFor: 'listening' | 'ready' = 'ready',
): Promise<ServiceProcess> {
  const started = spawnProcess(main, env);
  const { logs, child } = started;
  const listening = () => logs.find((line) => line['msg'] === 'listening');
  await until(() => listening() ?? child.exitCode !== null, `${main} listens`);
  const ports = ['port', 'eventsPort', 'healthPort'].map((name) => listening()?.[name]);
  if (ports.some((port) => typeof port !== 'number')) throw new Error(`${main} did not start: ${JSON.stringify(logs)}`);
  const [url, eventsUrl, healthUrl] = ports.map((port) => `http://127.0.0.1:${port as number}`) as [
    string,
    string,
    string,
  ];
  if (waitFor === 'ready') await until(async () => (await fetch(`${healthUrl}/healthz/ready`)).ok, `${main} is ready`);
  return { ...started, url, eventsUrl, healthUrl };
}
