// The life of a process: read the configuration, build the service, listen, and shut down gracefully on SIGTERM.
import { ConfigError, readConfig } from './config.ts';
import type { Config, Environment, Schema, serviceVariables } from './config.ts';
import { runBeforeExit } from './exit.ts';
import { Health } from './health.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { Servers } from './servers.ts';

/** A background task, such as a relay or a delivery worker. */
export interface Worker {
  start(): void;
  /** Stops claiming work at once. Resolves when the running work is finished and every lease is released. */
  stop(): Promise<void>;
}

export interface Context<C> {
  readonly name: string;
  readonly config: C;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly servers: Servers;
}

export interface Service {
  readonly workers?: readonly Worker[];
  /** Closed last, after all requests and workers. */
  readonly database?: { start(): void; drain(): void; close(): Promise<void> };
}

type Base = typeof serviceVariables & Schema;

/** How long the shutdown may take after the last connection is closed. After that the process exits in any case. */
const CLOSING_MS = 3_000;

export function createContext<S extends Base>(name: string, schema: S, env?: Environment): Context<Config<S>> {
  const config = readConfig(schema, env);
  const variables: Config<typeof serviceVariables> = config;
  const parts = { log: createLog(name, variables.LOG_LEVEL), metrics: createMetrics(name), health: new Health() };
  return { name, config, ...parts, servers: new Servers(parts, variables) };
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
    drain(service, context)
      .then(runBeforeExit)
      .then(
        () => process.exit(0),
        (err: unknown) => {
          log.error({ err }, 'the shutdown failed');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught exception');
    process.exit(1);
  });
  try {
    service = build(context);
    service.database?.start();
    for (const worker of service.workers ?? []) worker.start();
    log.info(await context.servers.listen('0.0.0.0'), 'listening');
  } catch (err) {
    if (ending) return;
    log.fatal({ err }, 'the start failed');
    process.exit(1);
  }
}

function contextOrExit<S extends Base>(name: string, schema: S): Context<Config<S>> {
  try {
    return createContext(name, schema);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    createLog(name).fatal({ problems: error.problems }, 'invalid configuration');
    return process.exit(1);
  }
}

/** Stops accepting requests and claiming work, finishes the running work, and closes the database last. */
export async function drain(
  service: Service | undefined,
  { log, config, servers }: Context<Config<typeof serviceVariables>>,
): Promise<void> {
  if (!service) return;
  // Node.js stops checking for slow clients when a server closes, so a slow client could keep it open forever.
  const cut = setTimeout(() => {
    log.warn('closing connections that are still open');
    servers.cut();
  }, config.DRAIN_SECONDS * 1_000);
  service.database?.drain();
  const stopping = (service.workers ?? []).map((worker) => worker.stop());
  await Promise.all([servers.close(), ...stopping]);
  clearTimeout(cut);
  await service.database?.close();
  log.info('ended');
}
