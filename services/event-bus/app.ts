import { Client } from '../common/client.ts';
import type { Context, Service } from '../common/run.ts';
import { urlVariable } from './config.ts';
import type { BusConfig } from './config.ts';
import { Delivery } from './delivery.ts';
import { busMetrics } from './metrics.ts';
import { Publisher } from './publisher.ts';
import { addRoutes } from './routes.ts';
import { openStorage } from './storage.ts';
import { tuningOf } from './tuning.ts';

export function build({ config, log: logger, metrics, health, servers }: Context<BusConfig>): Service {
  const { storage, log } = openStorage(config, logger);
  const names = config.SUBSCRIBERS;
  const subscribers = names.map((name) => ({
    name,
    url: (config as Record<string, unknown>)[urlVariable(name)] as string,
  }));
  const measured = busMetrics(metrics, log, names);
  const tuning = tuningOf(config);
  const client = new Client({
    timeoutMs: tuning.timeoutMs,
    lifeMs: config.CONNECTION_LIFE_MS,
    maxSockets: tuning.concurrency,
  });
  const delivery = new Delivery({ log, client, subscribers, tuning, logger, observe: measured.settled });
  const wake = () => delivery.wake();

  addRoutes(servers.app, {
    log,
    publisher: new Publisher(log, wake),
    subscribers: names,
    onAnswer: measured.published,
    wake,
  });
  health.beforeReady('log', () => storage.check());
  health.beforeReady('subscribers', () => delivery.check());
  return { workers: [delivery], database: storage };
}
