// A service within the test's own process: built as its main.ts builds it, listening on a free port.
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

/** Starts like `run`, without the signals. */
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

/** Waits until something holds; a test that waits in vain says for what. */
export async function until(holds: () => unknown, what = String(holds), timeoutMs = 40_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`in ${timeoutMs} ms it did not become true: ${what}`);
    await sleep(15);
  }
}
