// Runs a service within the process of the test, on a free port.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Schema, serviceVariables } from '../../../services/common/config.ts';
import { createContext, drain } from '../../../services/common/run.ts';
import type { Context, Service } from '../../../services/common/run.ts';
import type { Servers } from '../../../services/common/servers.ts';

type Base = typeof serviceVariables & Schema;

export interface RunningService extends Service {
  readonly servers: Servers;
  readonly url: string;
  /** The URL for the bus. The same as `url` if EVENTS_PORT is not set. */
  readonly eventsUrl: string;
  /** The URL of the health checks and the metrics. The same as `url` if HEALTH_PORT is not set. */
  readonly healthUrl: string;
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
  const { servers } = context;
  const { port, eventsPort, healthPort } = await servers.listen('127.0.0.1');
  const [url, eventsUrl, healthUrl] = [urlOf(port), urlOf(eventsPort), urlOf(healthPort)];
  await until(async () => (await fetch(`${healthUrl}/healthz/ready`)).ok);
  return { ...service, servers, url, eventsUrl, healthUrl, stop: () => drain(service, context) };
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

/** Waits until `holds` returns true. `what` describes it in the error message. */
export async function until(holds: () => unknown, what = String(holds), timeoutMs = 40_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`not true after ${timeoutMs} ms: ${what}`);
    await sleep(15);
  }
}
