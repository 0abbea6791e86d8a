// How the throughput grows with partitions and with buses. The subscriber takes some time for each event, so that its
// answers are the limit and not the cores of this machine: the last column shows whether that holds.
import { busyShare } from './cpu-of-machine.ts';
import { run } from './load.ts';
import type { LogKind } from './log-servers.ts';
import { withStack } from './stack.ts';
import { median } from '../../bench/median.ts';
import { table } from './table.ts';

interface Size {
  readonly partitions: number;
  readonly buses: number;
}

export interface GrowthResult extends Size {
  readonly log: LogKind;
  readonly published: number;
  readonly delivered: number;
  /** The share of the cores of this machine. */
  readonly busy: number;
}

const ANSWER_MS = 100;
const BUSES = 3;
const PARTITIONS = 16;

export const SIZES: readonly Size[] = [
  ...[1, 4, 16, 64].map((partitions) => ({ partitions, buses: BUSES })),
  ...[1, 2].map((buses) => ({ partitions: PARTITIONS, buses })),
];

export async function measureGrowth(log: LogKind, size: Size, events: number): Promise<GrowthResult> {
  return withStack({ log, ...size, subscribers: 1, answerMs: ANSWER_MS }, async ({ buses, subscribers }) => {
    await run(buses, subscribers, { events: 100, publishers: 64 });
    const busy = busyShare();
    const times = await run(buses, subscribers, { events, publishers: 64 });
    const perSecond = (ms: number) => (events / ms) * 1_000;
    return {
      log,
      ...size,
      published: perSecond(times.published),
      delivered: perSecond(times.delivered),
      busy: busy(),
    };
  });
}

/** A table for each of the two sizes that grow. Every row is compared with the first row of its log. */
export function describeGrowth(results: readonly GrowthResult[]): string {
  const partitions = results.filter(({ buses }) => buses === BUSES);
  const buses = results.filter((result) => result.partitions === PARTITIONS);
  return `${tableOf(partitions, 'partitions')}\n\n${tableOf(buses, 'buses')}`;
}

function tableOf(results: readonly GrowthResult[], grows: keyof Size): string {
  const rows = [...new Set(results.map(({ log }) => log))].flatMap((log) => {
    const same = results.filter((result) => result.log === log);
    const sizes = [...new Set(same.map((result) => result[grows]))].toSorted((a, b) => a - b);
    const medians = sizes.map((size) => mediansOf(same.filter((result) => result[grows] === size)));
    const [first] = medians;
    return medians.map(({ published, delivered, busy }, at) => [
      log,
      String(sizes[at]),
      published.toFixed(0),
      `${(published / first!.published).toFixed(2)} ×`,
      delivered.toFixed(0),
      `${(delivered / first!.delivered).toFixed(2)} ×`,
      (busy * 100).toFixed(0),
    ]);
  });
  return table([['log', grows, 'published/s', 'ratio', 'delivered/s', 'ratio', 'CPU in use %'], ...rows]);
}

function mediansOf(results: readonly GrowthResult[]): Pick<GrowthResult, 'published' | 'delivered' | 'busy'> {
  const of = (key: 'published' | 'delivered' | 'busy') => median(results.map((result) => result[key]));
  return { published: of('published'), delivered: of('delivered'), busy: of('busy') };
}
