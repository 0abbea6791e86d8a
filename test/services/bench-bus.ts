// npm run bench:bus [-- EVENTS [ROUNDS]] measures from publishing to the last commit of a subscriber, and compares with
// pg-boss, if it is installed: npm install --no-save pg-boss@12. Everything runs on this machine: one PostgreSQL (fsync on), 1 to 3 buses, 3 subscribers, and this process,
// which publishes.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import http from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from './bench/cpu.ts';
import { ownPostgres } from './ledger/postgres.ts';
import { Program } from './ledger/program.ts';

const events = Number(process.argv[2] ?? 6_000);
const rounds = Number(process.argv[3] ?? 3);
const counts = [1, 2, 3];
const paced = { rate: 100, seconds: 5 };
const subscribers = ['first', 'second', 'third'];
const installed = existsSync(join(__dirname, '../../node_modules/pg-boss'));
const node = installed ? nodeForPgBoss() : process.execPath;

type Kind = 'callsign' | 'pg-boss, same HTTP fan-out' | 'pg-boss, workers in the subscribers';
const peers: readonly Kind[] = ['pg-boss, same HTTP fan-out', 'pg-boss, workers in the subscribers'];
const kinds: readonly Kind[] = ['callsign', ...(installed ? peers : [])];
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

async function measure(kind: Kind, buses: number): Promise<Result> {
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
    const addSubscribers = async () =>
      Promise.all(
        subscribers.map((NAME) =>
          add(NAME, direct ? 'test/services/bench/pg-boss-subscriber.ts' : 'test/services/ledger/subscriber.ts', {
            NAME,
          }),
        ),
      );
    const addBuses = async (urls: string[]) => {
      const made: Program[] = [];
      for (let i = 0; i < buses; i++) {
        made.push(
          kind === 'callsign'
            ? await add(`bus ${i}`, 'services/event-bus/main.ts', {
                SUBSCRIBERS: subscribers.join(','),
                ...Object.fromEntries(subscribers.map((name, at) => [`${name.toUpperCase()}_URL`, urls[at]!])),
              })
            : await add(`pg-boss ${i}`, 'test/services/bench/pg-boss-bus.ts', {
                SUBSCRIBERS: subscribers.join(','),
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

    await run(doors, receivers, 500, 64);
    const pids = [postgres.pid(), ...programs.map(({ pid }) => pid!)];
    const before = cpuMs(pids);
    const full = await run(doors, receivers, events, 64);
    const cpu = ((cpuMs(pids) ?? NaN) - (before ?? NaN)) / events;
    const slow = await run(doors, receivers, paced.rate * paced.seconds, 64, 1_000 / paced.rate);
    const perSecond = events / (full.lasted / 1_000);
    return { kind, buses, perSecond, cpu, p50: quantile(slow.latencies, 0.5), p99: quantile(slow.latencies, 0.99) };
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    await postgres.remove();
  }
}

/**
 * Publishes with `atOnce` publishers, one event every `everyMs`. Then waits until every subscriber has committed all
 * events.
 */
async function run(
  doors: Program[],
  receivers: Program[],
  count: number,
  atOnce: number,
  everyMs = 0,
): Promise<{ lasted: number; latencies: number[] }> {
  for (const { url } of receivers) await fetch(`${url}/commits`, { method: 'DELETE' });
  const agent = new http.Agent({ keepAlive: true, maxSockets: atOnce });
  const began = new Map<string, number>();
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let number = next++; number < count; number = next++) {
        if (everyMs > 0) await sleep(Math.max(0, start + number * everyMs - performance.now()));
        const id = randomUUID();
        began.set(id, performance.timeOrigin + performance.now());
        await publish(agent, doors[number % doors.length]!.url, { id, subject: `post-${number % 200}`, number });
      }
    }),
  );
  agent.destroy();
  for (const end = Date.now() + 120_000; ; await sleep(50)) {
    const done = await Promise.all(
      receivers.map(async ({ url }) => ((await (await fetch(`${url}/count`)).json()) as { commits: number }).commits),
    );
    if (done.every((committed) => committed >= count)) break;
    if (Date.now() > end) throw new Error(`only ${done.join(', ')} of ${count} events were committed in time`);
  }
  const last = new Map<string, number>();
  for (const { url } of receivers) {
    const commits = (await (await fetch(`${url}/commits`)).json()) as Record<string, number>;
    for (const [id, at] of Object.entries(commits)) last.set(id, Math.max(last.get(id) ?? 0, at));
  }
  const latencies = [...began].map(([id, at]) => last.get(id)! - at).toSorted((a, b) => a - b);
  return { lasted: Math.max(...last.values()) - Math.min(...began.values()), latencies };
}

function publish(
  agent: http.Agent,
  url: string,
  { id, subject, number }: { id: string; subject: string; number: number },
): Promise<void> {
  const body = JSON.stringify({
    specversion: '1.0',
    id,
    source: '/bench',
    type: 'Counted',
    subject,
    time: new Date().toISOString(),
    data: { number, text: 'x'.repeat(200) },
  });
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}/events`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', 'content-length': Buffer.byteLength(body) },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`publish: ${response.statusCode}`)),
      );
    });
    request.end(body);
  });
}

const quantile = (sorted: number[], q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

const median = (values: number[]) =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

function line({ kind, buses, perSecond, cpu, p50, p99 }: Result): string {
  return `${buses} × ${kind.padEnd(36)} ${perSecond.toFixed(0).padStart(6)} events/s   ${cpu.toFixed(2)} ms of CPU per event   p50 ${p50.toFixed(1)} ms   p99 ${p99.toFixed(1)} ms`;
}

async function main(): Promise<void> {
  console.log(
    `${events} events over 200 subjects to ${subscribers.length} subscribers, ${cpus().length} cores; latency at ${paced.rate} events/s; ${rounds} rounds`,
  );
  console.log(
    "events/s = all events / (first publish → last subscriber's commit); CPU: buses, subscribers and PostgreSQL together; p50, p99: one publish → last subscriber's commit",
  );
  if (!installed)
    console.log('left out: pg-boss is not installed. To compare with it, run: npm install --no-save pg-boss@12');
  const results: Result[] = [];
  // All kinds take turns, so that other load of the machine affects them equally.
  for (let round = 1; round <= rounds; round++) {
    for (const buses of counts) {
      for (const kind of kinds) {
        const result = await measure(kind, buses);
        results.push(result);
        console.log(`round ${round}: ${line(result)}`);
      }
    }
  }
  console.log('medians:');
  const medians = counts.flatMap((buses) =>
    kinds.map((kind): Result => {
      const of = results.filter((result) => result.kind === kind && result.buses === buses);
      return {
        kind,
        buses,
        perSecond: median(of.map((r) => r.perSecond)),
        cpu: median(of.map((r) => r.cpu)),
        p50: median(of.map((r) => r.p50)),
        p99: median(of.map((r) => r.p99)),
      };
    }),
  );
  for (const result of medians) console.log(line(result));
  for (const ours of medians.filter(({ kind }) => kind === 'callsign')) {
    for (const other of medians.filter(({ kind, buses }) => kind !== 'callsign' && buses === ours.buses)) {
      console.log(
        `${ours.buses}: compared with ${other.kind}: ${(ours.perSecond / other.perSecond).toFixed(1)} × the events/s, 1/${(other.cpu / ours.cpu).toFixed(1)} of the CPU, ` +
          `p50 1/${(other.p50 / ours.p50).toFixed(1)}, p99 1/${(other.p99 / ours.p99).toFixed(1)}`,
      );
    }
  }
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
