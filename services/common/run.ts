// The life of a process: read the configuration, build, listen, and on SIGTERM end gracefully.
import type { FastifyInstance } from 'fastify';
import { ConfigError, readConfig } from './config.ts';
import type { Config, Environment, Schema, serviceVariables } from './config.ts';
import { Health } from './health.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';

/** Something that runs beside the requests: a relay, a delivery worker. */
export interface Worker {
  start(): void;
  /** Stops claiming at once; resolves when what runs is finished and every lease is given back. */
  stop(): Promise<void>;
}

export interface Context<C> {
  readonly name: string;
  readonly config: C;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
}

export interface Service {
  readonly app: FastifyInstance;
  readonly workers?: readonly Worker[];
  /** Closed last, when no request and no worker needs it any more. */
  readonly database?: { start(): void; close(): Promise<void> };
}

type Base = typeof serviceVariables & Schema;

/** What may still be needed after the last connection is cut; then the process ends in any case. */
const CLOSING_MS = 3_000;

export function createContext<S extends Base>(name: string, schema: S, env?: Environment): Context<Config<S>> {
  const config = readConfig(schema, env);
  const level = (config as Config<typeof serviceVariables>).LOG_LEVEL;
  return { name, config, log: createLog(name, level), metrics: createMetrics(name), health: new Health() };
}

/** Runs a service until SIGTERM or SIGINT. */
export async function run<S extends Base>(
  name: string,
  schema: S,
  build: (context: Context<Config<S>>) => Service,
): Promise<void> {
  const context = contextOrExit(name, schema);
  const { log, health } = context;
  const config: Config<typeof serviceVariables> = context.config;
  let service: Service | undefined;
  let ending = false;
  const end = (signal: string) => {
    if (ending) return;
    ending = true;
    log.info({ signal }, 'ending');
    setTimeout(() => process.exit(1), config.DRAIN_SECONDS * 1_000 + CLOSING_MS);
    health.drain();
    drain(service, context).then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'could not end cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'a fault in the program');
    process.exit(1);
  });
  try {
    service = build(context);
    service.database?.start();
    for (const worker of service.workers ?? []) worker.start();
    const address = await service.app.listen({ host: '0.0.0.0', port: config.PORT });
    log.info({ address, port: (service.app.server.address() as { port: number }).port }, 'listening');
  } catch (err) {
    if (ending) return;
    log.fatal({ err }, 'could not start');
    process.exit(1);
  }
}

function contextOrExit<S extends Base>(name: string, schema: S): Context<Config<S>> {
  try {
    return createContext(name, schema);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    createLog(name).fatal({ problems: error.problems }, 'the configuration is wrong');
    return process.exit(1);
  }
}

/** Unready is set; now nothing new is claimed or accepted, what runs is finished, and the database closed last. */
export async function drain(
  service: Service | undefined,
  { log, config }: Context<Config<typeof serviceVariables>>,
): Promise<void> {
  if (!service) return;
  // Node stops looking for slow clients once a server closes, so one of them could hold it open for ever.
  const cut = setTimeout(() => {
    log.warn('cutting connections that are still open');
    service.app.server.closeAllConnections();
  }, config.DRAIN_SECONDS * 1_000);
  const stopping = (service.workers ?? []).map((worker) => worker.stop());
  await Promise.all([service.app.close(), ...stopping]);
  clearTimeout(cut);
  await service.database?.close();
  log.info('ended');
}
