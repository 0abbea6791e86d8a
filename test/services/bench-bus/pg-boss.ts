// Compares the bus on PostgreSQL with pg-boss: one PostgreSQL (fsync on), 1 to 3 buses, and 3 subscribers that each
// commit an effect per event in the same PostgreSQL.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ownPostgres } from '../ledger/postgres.ts';
import { Program } from '../ledger/program.ts';
import { run } from './load.ts';
import { cpuMs } from './processes.ts';
import { median } from '../../bench/median.ts';
import { quantile } from './quantile.ts';

const BUSES = [1, 2, 3];
const PACED = { events: 500, publishers: 64, rate: 100 };
const SUBSCRIBERS = ['first', 'second', 'third'];
const HERE = 'test/services/bench-bus';
const OURS = 'callsign';
const KINDS = [OURS, 'pg-boss, same HTTP fan-out', 'pg-boss, workers in the subscribers'] as const;

type Kind = (typeof KINDS)[number];
interface Result {
  readonly kind: Kind;
  readonly buses: number;
  readonly perSecond: number;
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
}

/** pg-boss needs Node.js 22.12 or newer. All programs run on the same version. */
function nodeForPgBoss(): string {
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  if (major > 22 || (major === 22 && minor >= 12)) return process.execPath;
  return execFileSync('npx', ['-y', 'node@24', '-p', 'process.execPath'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

async function measure(kind: Kind, buses: number, events: number, node: string): Promise<Result> {
  const postgres = await ownPostgres();
  const programs: Program[] = [];
  const add = async (name: string, file: string, env: Record<string, string>) => {
    const program = await Program.make(name, file, { DATABASE_URL: postgres.url, ...env }, node);
    programs.push(program);
    program.start();
    await program.ready();
    return program;
  };
  try {
    const direct = kind === 'pg-boss, workers in the subscribers';
    const subscriberFile = direct ? `${HERE}/pg-boss-subscriber.ts` : 'test/services/ledger/subscriber.ts';
    const addSubscribers = async () => Promise.all(SUBSCRIBERS.map((NAME) => add(NAME, subscriberFile, { NAME })));
    const addBuses = async (urls: string[]) => {
      const made: Program[] = [];
      for (let i = 0; i < buses; i++) {
        made.push(
          kind === OURS
            ? await add(`bus ${i}`, 'services/event-bus/main.ts', {
                SUBSCRIBERS: SUBSCRIBERS.join(','),
                ...Object.fromEntries(SUBSCRIBERS.map((name, at) => [`${name.toUpperCase()}_URL`, urls[at]!])),
              })
            : await add(`pg-boss ${i}`, `${HERE}/pg-boss-bus.ts`, {
                SUBSCRIBERS: SUBSCRIBERS.join(','),
                URLS: urls.join(',') || 'none',
              }),
        );
      }
      return made;
    };
    // With pg-boss, a queue must exist before its worker.
    const first = direct ? await addBuses([]) : undefined;
    const receivers = await addSubscribers();
    const doors = first ?? (await addBuses(receivers.map(({ url }) => url)));

    await run(doors, receivers, { events: 500, publishers: 64 });
    const pids = [postgres.pid(), ...programs.map(({ pid }) => pid!)];
    const before = cpuMs(pids);
    const full = await run(doors, receivers, { events, publishers: 64 });
    const cpu = ((cpuMs(pids) ?? NaN) - (before ?? NaN)) / events;
    const { deliveries } = await run(doors, receivers, PACED);
    const perSecond = events / (full.delivered / 1_000);
    return { kind, buses, perSecond, cpu, p50: quantile(deliveries, 0.5), p99: quantile(deliveries, 0.99) };
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    await postgres.remove();
  }
}

function line({ kind, buses, perSecond, cpu, p50, p99 }: Result): string {
  return `${buses} × ${kind.padEnd(36)} ${perSecond.toFixed(0).padStart(6)} events/s   ${cpu.toFixed(2)} ms of CPU per event   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms`;
}

export async function comparePgBoss(events: number, rounds: number): Promise<void> {
  const installed = existsSync(join(__dirname, '../../../node_modules/pg-boss'));
  const node = installed ? nodeForPgBoss() : process.execPath;
  const kinds = installed ? KINDS : [OURS];
  console.log(
    "events/s = all events / (first publish → last subscriber's commit); CPU: buses, subscribers and PostgreSQL together; p50, p99: one publish → last subscriber's commit",
  );
  if (!installed)
    console.log('left out: pg-boss is not installed. To compare with it, run: npm install --no-save pg-boss@12');
  const results: Result[] = [];
  // All kinds take turns, so that other load of the machine affects them equally.
  for (let round = 1; round <= rounds; round++) {
    for (const buses of BUSES) {
      for (const kind of kinds) {
        const result = await measure(kind as Kind, buses, events, node);
        results.push(result);
        console.log(`round ${round}: ${line(result)}`);
      }
    }
  }
  console.log('medians:');
  const medians = BUSES.flatMap((buses) =>
    kinds.map((kind): Result => {
      const of = results.filter((result) => result.kind === kind && result.buses === buses);
      return {
        kind: kind as Kind,
        buses,
        perSecond: median(of.map((r) => r.perSecond)),
        cpu: median(of.map((r) => r.cpu)),
        p50: median(of.map((r) => r.p50)),
        p99: median(of.map((r) => r.p99)),
      };
    }),
  );
  for (const result of medians) console.log(line(result));
  for (const ours of medians.filter(({ kind }) => kind === OURS)) {
    for (const other of medians.filter(({ kind, buses }) => kind !== OURS && buses === ours.buses)) {
      console.log(
        `${ours.buses}: compared with ${other.kind}: ${(ours.perSecond / other.perSecond).toFixed(1)} × the events/s, 1/${(other.cpu / ours.cpu).toFixed(1)} of the CPU, ` +
          `p50 1/${(other.p50 / ours.p50).toFixed(1)}, p99 1/${(other.p99 / ours.p99).toFixed(1)}`,
      );
    }
  }
}
