// Runs a service within the process of the test, on a free port.
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Schema, serviceVariables } from '../../../services/common/config.ts';
import { createContext, drain } from '../../../services/common/run.ts';
import type { Context, Service } from '../../../services/common/run.ts';

type Base = typeof serviceVariables & Schema;

export interface RunningService extends Service {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts a service like `run`, without signal handlers. */
export async function startService<S extends Base>(
  name: string,
  schema: S,
  build: (context: Context<Config<S>>) => Service,
  env: Record<string, string>,
): Promise<RunningService> {
  const context = createContext(name, schema, { PORT: '0', LOG_LEVEL: 'silent', ...env });
  const service = build(context);
  service.database?.start();
  for (const worker of service.workers ?? []) worker.start();
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
  await until(async () => (await fetch(`${url}/healthz/ready`)).ok);
  return { ...service, url, stop: () => drain(service, context) };
}

/** Waits until `holds` returns true. `what` describes it in the error message. */
export async function until(holds: () => unknown, what = String(holds), timeoutMs = 40_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`not true after ${timeoutMs} ms: ${what}`);
    await sleep(15);
  }
}
