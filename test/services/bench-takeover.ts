// npm run bench:takeover [-- ROUNDS] measures how late events are when one of two buses is killed: the longest time from
// publishing to the commit of the subscriber. It compares the lease of LEASE_MS with the one before it existed, 20 s.
import { setTimeout as sleep } from 'node:timers/promises';
import { newEvent } from '../../services/common/events.ts';
import { median } from '../bench/median.ts';
import { ownPostgres } from './ledger/postgres.ts';
import { Program } from './ledger/program.ts';
import { post } from './support/http.ts';

const rounds = Number(process.argv[2] ?? 3);
const LEASES = ['20000', '5000'];
/** Enough subjects for all partitions. */
const SUBJECTS = 64;
const RATE = 40;
const KILLED_AFTER_MS = 3_000;
const SECONDS = 10;

async function measure(lease: string): Promise<number> {
  const postgres = await ownPostgres();
  const programs: Program[] = [];
  const add = async (name: string, file: string, env: Record<string, string>) => {
    const program = await Program.make(name, file, { DATABASE_URL: postgres.url, ...env });
    programs.push(program);
    program.start();
    await program.ready();
    return program;
  };
  try {
    // A slow subscriber, so that the killed bus holds partitions.
    const reader = await add('reader', 'test/services/ledger/subscriber.ts', { NAME: 'reader', PAUSE_MS: '150' });
    const env = { SUBSCRIBERS: 'reader', READER_URL: reader.url, LEASE_MS: lease };
    const killed = await add('bus 1', 'services/event-bus/main.ts', env);
    const left = await add('bus 2', 'services/event-bus/main.ts', env);
    const published = new Map<string, number>();
    const start = performance.now();
    let end: Promise<unknown> | undefined;
    for (let number = 0; number < RATE * SECONDS; number++) {
      await sleep(Math.max(0, start + (number * 1_000) / RATE - performance.now()));
      if (!end && performance.now() > start + KILLED_AFTER_MS) end = killed.end('SIGKILL');
      const event = newEvent({
        source: '/bench',
        type: 'Counted',
        subject: `post-${number % SUBJECTS}`,
        data: { number },
      });
      published.set(event.id, performance.timeOrigin + performance.now());
      // The bus that gets an event delivers it at once, so both hold partitions.
      const bus = end || number % 2 === 0 ? left : killed;
      await post(`${bus.url}/events`, event);
    }
    await end;
    const commits = await allCommits(reader, published.size);
    return Math.max(...[...published].map(([id, at]) => commits[id]! - at));
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    await postgres.remove();
  }
}

async function allCommits({ url }: Program, count: number): Promise<Record<string, number>> {
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const commits = (await (await fetch(`${url}/commits`)).json()) as Record<string, number>;
    if (Object.keys(commits).length >= count) return commits;
    if (Date.now() > end) throw new Error(`only ${Object.keys(commits).length} of ${count} events were committed`);
  }
}

async function main(): Promise<void> {
  const results = new Map<string, number[]>(LEASES.map((lease) => [lease, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const lease of LEASES) {
      const late = await measure(lease);
      results.get(lease)!.push(late);
      console.log(
        `round ${round}: with a lease of ${lease} ms, the latest event was ${(late / 1_000).toFixed(1)} s behind`,
      );
    }
  }
  for (const [lease, all] of results) {
    console.log(`median with a lease of ${lease} ms: ${(median(all) / 1_000).toFixed(1)} s`);
  }
}

void main();
