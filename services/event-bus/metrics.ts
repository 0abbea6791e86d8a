import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../common/metrics.ts';
import type { Log, LogStatus, Settlement } from './log.ts';

export interface BusMetrics {
  readonly published: (result: string) => void;
  readonly settled: (subscriber: string, settlement: Settlement) => void;
}

const STATUS_LIFETIME_MS = 500;

/**
 * Counters are per process. Gauges (`…_in_log`) describe the log, so every replica reports the same: take the maximum.
 */
export function busMetrics({ registry }: Metrics, log: Log, subscribers: readonly string[]): BusMetrics {
  const registers = [registry];
  const labelNames = ['subscriber'] as const;
  const counter = (name: string, help: string) => {
    const made = new Counter({ name: `event_bus_${name}_total`, help, labelNames, registers });
    for (const subscriber of subscribers) made.inc({ subscriber }, 0);
    return made;
  };
  const published = new Counter({
    name: 'event_bus_published_total',
    help: 'Publications answered, by result.',
    labelNames: ['result'] as const,
    registers,
  });
  const delivered = counter('delivered', 'Events that a subscriber accepted.');
  const retries = counter('retries', 'Deliveries that failed and will be retried.');
  const deaths = counter('dead_letters', 'Events given up for a subscriber.');

  let read: { at: number; status: Promise<LogStatus> } | undefined;
  const status = () => {
    if (!read || Date.now() - read.at > STATUS_LIFETIME_MS) read = { at: Date.now(), status: log.status(subscribers) };
    return read.status;
  };
  const gauge = (name: string, help: string, value: (status: LogStatus['subscribers'][number]) => number) =>
    new Gauge({
      name: `event_bus_${name}`,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        // Without the database there is no value, but the other metrics are still served.
        const known = await status().catch(() => undefined);
        for (const subscriber of known?.subscribers ?? []) this.set({ subscriber: subscriber.name }, value(subscriber));
      },
    });
  gauge('lag_in_log', 'Events stored, but neither accepted nor given up.', ({ lag }) => lag);
  gauge('delivered_in_log', 'Events accepted since the start of the log.', (s) => s.delivered);
  gauge(
    'retries_in_log',
    'Deliveries that failed and were or will be retried, since the start of the log.',
    (s) => s.retries,
  );
  gauge('dead_letters_in_log', 'Events given up and not redriven.', (s) => s.deadLetters);
  gauge(
    'held_partitions_in_log',
    'Partitions in which the subscriber currently accepts nothing.',
    (s) => s.heldPartitions,
  );
  new Gauge({
    name: 'event_bus_published_in_log',
    help: 'Events stored since the start of the log.',
    registers,
    async collect() {
      this.reset();
      const known = await status().catch(() => undefined);
      if (known) this.set(known.published);
    },
  });

  return {
    published: (result) => published.inc({ result }),
    settled: (subscriber, settlement) => {
      delivered.inc({ subscriber }, settlement.accepted);
      retries.inc({ subscriber }, settlement.retries);
      deaths.inc({ subscriber }, settlement.deaths.length);
    },
  };
}
