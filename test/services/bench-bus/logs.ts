// Compares the logs: one bus, and subscribers that answer at once. First as many events as possible, for the
// throughput and the costs; then some events per second, for the latency.
import { busyShare } from './cpu-of-machine.ts';
import { run } from './load.ts';
import type { LogKind } from './log-servers.ts';
import { cpuMs, memoryOf } from './processes.ts';
import { withStack } from './stack.ts';
import { median } from '../../bench/median.ts';
import { quantile } from './quantile.ts';
import { countSyncs } from './syncs.ts';
import { table } from './table.ts';

const WARM_UP = 300;
const PACED = { events: 500, publishers: 64, rate: 100 };

/** The columns of the table. */
export const COLUMNS = [
  { title: 'published/s', digits: 0 },
  { title: 'delivered/s', digits: 0 },
  { title: 'publish p50 ms', digits: 1 },
  { title: 'publish p99 ms', digits: 1 },
  { title: 'delivery p50 ms', digits: 1 },
  { title: 'delivery p99 ms', digits: 1 },
  { title: 'CPU of the bus, ms/event', digits: 2 },
  { title: 'CPU of the log, ms/event', digits: 2 },
  { title: 'stored KiB/event', digits: 2 },
  { title: 'syncs/event', digits: 2 },
  { title: `syncs/event at ${PACED.rate}/s`, digits: 2 },
  { title: 'memory of the log MiB', digits: 0 },
  { title: 'CPU in use %', digits: 0 },
] as const;

export interface LogResult {
  readonly log: LogKind;
  /** In the order of the columns. */
  readonly values: readonly number[];
}

export async function measureLog(log: LogKind, subscribers: number, events: number): Promise<LogResult> {
  return withStack({ log, partitions: 16, buses: 1, subscribers, answerMs: 0 }, async (stack) => {
    await run(stack.buses, stack.subscribers, { events: WARM_UP, publishers: 64 });
    const busPids = stack.buses.map(({ pid }) => pid!);
    const usage = () => ({
      bus: cpuMs(busPids) ?? NaN,
      log: cpuMs(stack.log.pids) ?? NaN,
      stored: stack.log.size() / 1_024,
    });
    const syncs = await countSyncs(stack.log.pids);
    const before = usage();
    const busy = busyShare();
    const full = await run(stack.buses, stack.subscribers, { events, publishers: 64 });
    const share = busy();
    const after = usage();
    const synced = await syncs();
    const each = (key: keyof typeof after) => (after[key] - before[key]) / events;
    const memory = (memoryOf(stack.log.pids) ?? NaN) / 1_024 / 1_024;
    const syncsOfPaced = await countSyncs(stack.log.pids);
    const paced = await run(stack.buses, stack.subscribers, PACED);
    const syncedOfPaced = await syncsOfPaced();
    return {
      log,
      values: [
        (events / full.published) * 1_000,
        (events / full.delivered) * 1_000,
        quantile(paced.answers, 0.5),
        quantile(paced.answers, 0.99),
        quantile(paced.deliveries, 0.5),
        quantile(paced.deliveries, 0.99),
        each('bus'),
        each('log'),
        each('stored'),
        synced / events,
        syncedOfPaced / PACED.events,
        memory,
        share * 100,
      ],
    };
  });
}

const cellsOf = ({ log, values }: LogResult) => [
  log,
  ...values.map((value, at) => (Number.isNaN(value) ? '?' : value.toFixed(COLUMNS[at]!.digits))),
];

export function describeLogs(results: readonly LogResult[]): string {
  const kinds = [...new Set(results.map(({ log }) => log))];
  const medians = kinds.map((log): LogResult => {
    const same = results.filter((result) => result.log === log);
    return { log, values: COLUMNS.map((_, at) => median(same.map(({ values }) => values[at]!))) };
  });
  return table([['log', ...COLUMNS.map(({ title }) => title)], ...medians.map(cellsOf)]);
}
