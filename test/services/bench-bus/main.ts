// npm run bench:bus measures the event bus with each of its logs. Everything runs on this machine: the servers of the
// log, buses, subscribers, and this process, which publishes. `-- --help` lists the options.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { APPENDERS, describeAppends, measureAppend } from './append.ts';
import type { AppendResult } from './append.ts';
import { describeGrowth, measureGrowth, SIZES } from './growth.ts';
import type { GrowthResult } from './growth.ts';
import { LOGS } from './log-servers.ts';
import { describeLogs, measureLog } from './logs.ts';
import type { LogResult } from './logs.ts';
import { comparePgBoss } from './pg-boss.ts';

const HELP = `npm run bench:bus -- [options]
  --only PARTS     logs: a bus with each log; append: each log alone;
                   growth: more partitions and more buses;
                   pg-boss: the bus and pg-boss                (default: all but pg-boss)
  --logs NAMES     postgres, r1, r3                            (default: all)
  --subscribers N  1 to 4 subscribers, in logs                 (default: 3)
  --events N       events of one measurement                   (default: 3000, append: 15000, growth: 1500)
  --rounds N       measurements of each kind; prints medians   (default: 3, append and growth: 1)
  --minutes N      begins no measurement after this time       (default: 9)`;

const PARTS = ['logs', 'append', 'growth', 'pg-boss'] as const;
const NAMES = ['postgres', 'r1', 'r3'] as const;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'logs,append,growth' },
    logs: { type: 'string', default: NAMES.join(',') },
    subscribers: { type: 'string', default: '3' },
    events: { type: 'string' },
    rounds: { type: 'string' },
    minutes: { type: 'string', default: '9' },
    help: { type: 'boolean', default: false },
  },
});

/** The chosen ones of `all`, in their order. */
function choose<T extends string>(list: string, all: readonly T[]): readonly T[] {
  const unknown = list.split(',').find((name) => !all.some((one) => one === name));
  if (unknown !== undefined) throw new Error(`unknown: ${unknown}\n${HELP}`);
  return all.filter((one) => list.split(',').includes(one));
}

function numberOf(text: string | undefined, otherwise: number): number {
  const number = Number(text ?? otherwise);
  if (!(number > 0)) throw new Error(`not a number above 0: ${text}\n${HELP}`);
  return number;
}

const deadline = performance.now() + numberOf(options.minutes, 9) * 60_000;
let leftOut = 0;

/** The figures of one part, and how they become a table. */
interface Part<T> {
  readonly results: T[];
  readonly describe: (results: readonly T[]) => string;
}
const compared: Part<LogResult> = { results: [], describe: describeLogs };
const appended: Part<AppendResult> = { results: [], describe: describeAppends };
const grown: Part<GrowthResult> = { results: [], describe: describeGrowth };

/** Runs one measurement, unless the time is over. The others go on if it fails. */
async function measure<T>(name: string, { results, describe }: Part<T>, work: () => Promise<T>): Promise<void> {
  if (performance.now() > deadline) {
    leftOut++;
    return;
  }
  const [load] = loadavg();
  const start = performance.now();
  try {
    const result = await work();
    results.push(result);
    const seconds = ((performance.now() - start) / 1_000).toFixed(0);
    const row = describe([result])
      .split('\n')
      .findLast((line) => LOGS.some((log) => line.startsWith(`| ${log}`)));
    console.log(`${name}: ${seconds} s, load before it ${load!.toFixed(1)} ${row}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`${name}: failed: ${String(error)}`);
  }
}

const tableOf = <T>({ results, describe }: Part<T>): string => (results.length > 0 ? describe(results) : '');

async function main(): Promise<void> {
  if (options.help) return console.log(HELP);
  const parts = choose(options.only, PARTS);
  const logs = choose(options.logs, NAMES).map((name) => LOGS[NAMES.indexOf(name)]!);
  console.log(`${cpus().length} cores; load of the last minute, also by others: ${loadavg()[0]!.toFixed(2)}`);

  // All kinds take turns, so that other load of the machine affects them equally.
  if (parts.includes('logs'))
    for (let round = 1; round <= numberOf(options.rounds, 3); round++)
      for (const log of logs)
        await measure(`round ${round}, ${log}`, compared, () =>
          measureLog(log, numberOf(options.subscribers, 3), numberOf(options.events, 3_000)),
        );
  if (parts.includes('append'))
    for (let round = 1; round <= numberOf(options.rounds, 1); round++)
      for (const appenders of APPENDERS)
        for (const log of logs)
          await measure(`${log}, appenders: ${appenders}`, appended, () =>
            measureAppend(log, appenders, numberOf(options.events, 15_000)),
          );
  if (parts.includes('growth'))
    for (let round = 1; round <= numberOf(options.rounds, 1); round++)
      for (const size of SIZES)
        for (const log of logs)
          await measure(`${log}, partitions: ${size.partitions}, buses: ${size.buses}`, grown, () =>
            measureGrowth(log, size, numberOf(options.events, 1_500)),
          );
  for (const text of [tableOf(compared), tableOf(appended), tableOf(grown)]) if (text !== '') console.log(`\n${text}`);
  if (leftOut > 0) console.log(`\nleft out, because the time was over: ${leftOut} measurements`);
  if (parts.includes('pg-boss')) await comparePgBoss(numberOf(options.events, 6_000), numberOf(options.rounds, 3));
}

void main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
