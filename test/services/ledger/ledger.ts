// npm run ledger [-- EVENTS [SEED]] kills and stops real processes and PostgreSQL while events are delivered. Then it
// checks that each event that was answered with 202 took effect exactly once at every subscriber, in order. Meanwhile,
// writers of posts and comments lose answers and repeat their writes: each must be stored and published exactly once.
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit, query } from './audit.ts';
import { auditWrites } from './audit-writes.ts';
import { Balancer } from './balancer.ts';
import { ownPostgres } from './postgres.ts';
import type { OwnPostgres } from './postgres.ts';
import { Program } from './program.ts';
import { draw, publishAll } from './publish.ts';
import { seeded } from '../support/random.ts';
import type { Random } from '../support/random.ts';
import { writeAll } from './write.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const events = Number(positionals[0] ?? 20_000);
const seed = Number(positionals[1] ?? Math.floor(Math.random() * 2 ** 31));
const steps = events < 10_000 ? 12 : 24;
const names = ['first', 'second', 'third'];
const counts = { kills: 0, stops: 0, crashes: 0, duplicates: 0 };
const began = Date.now();
const say = (text: string) => console.log(`${((Date.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${text}`);

/**
 * The number of duplicates that a subscriber ignored. The counter is lost when the process is killed, so it is read
 * before.
 */
async function duplicatesOf(program: Program): Promise<number> {
  const text = await fetch(`${program.url}/metrics`, { signal: AbortSignal.timeout(300) })
    .then((a) => a.text())
    .catch(() => '');
  return Number(/^inbox_events_total\{type="Counted",result="duplicate"[^}]*\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

async function kill(victim: Program, random: Random): Promise<void> {
  if (!victim.name.startsWith('bus')) counts.duplicates += await duplicatesOf(victim);
  await victim.end('SIGKILL');
  counts.kills++;
  await sleep(random.below(300));
  victim.start();
}

/**
 * Stops a process longer than its lease, so that another one takes over. Then it continues with a claim that has
 * expired.
 */
async function stop(victim: Program, ms: number): Promise<void> {
  victim.signal('SIGSTOP');
  counts.stops++;
  await sleep(ms);
  victim.signal('SIGCONT');
}

async function crash(postgres: OwnPostgres, random: Random): Promise<void> {
  await postgres.crash();
  counts.crashes++;
  await sleep(random.below(300));
  await postgres.start();
  say('PostgreSQL was killed and started again');
}

async function main(): Promise<void> {
  say(`${events} events over 200 subjects, seed ${seed}`);
  const postgres = await ownPostgres();
  const env = { DATABASE_URL: postgres.url, DATABASE_POOL: '8' };
  const programs: Program[] = [];
  const make = async (name: string, file: string, more: Record<string, string>) => {
    const program = await Program.make(name, file, { ...env, ...more });
    programs.push(program);
    return program;
  };
  try {
    // The programs start before their database, so they must wait for it.
    await postgres.crash();
    const urls: Record<string, string> = {};
    for (const name of names) {
      const replicas = [
        await make(`${name} 1`, 'test/services/ledger/subscriber.ts', { NAME: name }),
        await make(`${name} 2`, 'test/services/ledger/subscriber.ts', { NAME: name }),
      ];
      urls[`${name.toUpperCase()}_URL`] = (await Balancer.before(replicas.map(({ port }) => port))).url;
    }
    const buses: Program[] = [];
    for (const n of [1, 2, 3]) {
      buses.push(
        await make(`bus ${n}`, 'services/event-bus/main.ts', {
          SUBSCRIBERS: names.join(','),
          ...urls,
          DELIVERY_TIMEOUT_MS: '1000',
          LEASE_MS: '4000',
          RETRY_BASE_MS: '20',
          RETRY_MAX_MS: '1000',
          POLL_MS: '100',
          CONNECTION_LIFE_MS: '2000',
        }),
      );
    }
    const eventBus = await Balancer.before(buses.map(({ port }) => port));
    const chance = seeded(seed + 3);
    /** Two replicas, behind an address that loses every eighth answer. */
    const written = async (name: string): Promise<string> => {
      const replicas: Program[] = [];
      for (const n of [1, 2])
        replicas.push(await make(`${name} ${n}`, `services/${name}/main.ts`, { EVENT_BUS_URL: eventBus.url }));
      return (
        await Balancer.before(
          replicas.map(({ port }) => port),
          () => chance.below(8) === 0,
        )
      ).url;
    };
    const [postsUrl, commentsUrl] = [await written('posts'), await written('comments')];
    for (const program of programs) program.start();
    await sleep(1_500);
    await postgres.start();
    await Promise.all(programs.map((program) => program.ready()));
    say(`${programs.length} processes are ready`);

    const random = seeded(seed);
    const lists = draw({ events, subjects: 200, poisonFor: 'first', poisoned: 12, wrong: 6 }, random);
    const publishing = { accepted: 0, refusedOrLost: 0, sentTwice: 0 };
    const published = publishAll(
      lists,
      buses.map(({ url }) => url),
      seeded(seed + 1),
      publishing,
    );
    const stopWriting = new AbortController();
    const writes = { repeated: 0, replayed: 0 };
    const writing = writeAll({ postsUrl, commentsUrl, writers: 4, pauseMs: 100, stop: stopWriting.signal }, writes);
    // Any answer other than success and 503 ends the run.
    const failure = new AbortController();
    for (const work of [published, writing]) work.catch(() => failure.abort());

    // Failures happen at regular steps of progress, so that their number does not depend on the speed of the machine: a
    // crash of PostgreSQL at one third and at two thirds, a bus stopped longer than its lease at one sixth, and
    // otherwise a kill.
    const chaos = seeded(seed + 2);
    const troubled: Promise<void>[] = [];
    const inTrouble = new Set<Program>();
    for (let step = 1; step < steps; step++) {
      while (publishing.accepted < (events * step) / steps && !failure.signal.aborted) await sleep(20);
      const victim = chaos.pick((step === steps / 6 ? buses : programs).filter((program) => !inTrouble.has(program)));
      if (step === steps / 3 || step === (steps * 2) / 3) {
        await crash(postgres, chaos);
        continue;
      }
      inTrouble.add(victim);
      const trouble = step === steps / 6 ? stop(victim, 6_000) : kill(victim, chaos);
      troubled.push(trouble.then(() => void inTrouble.delete(victim)));
    }
    await published;
    await Promise.all(troubled);
    stopWriting.abort();
    const answered = await writing;
    say(
      `all events are published; ${publishing.refusedOrLost} requests were not answered with 202 and repeated, ${publishing.sentTwice} were sent twice at once`,
    );

    say(
      `${answered.length} posts and comments are written; ${writes.repeated} requests were repeated, ${writes.replayed} of them had been stored`,
    );

    const all = lists.flat();
    await relayed(postgres.url);
    await settled(buses, postgres.url);
    say('all events are delivered');
    const problems = [
      ...(await audit(postgres.url, names, all)),
      ...(await auditWrites(postgres.url, answered)),
      ...(writes.replayed === 0 ? ['no stored write was repeated, so this run proves nothing about retries'] : []),
    ];
    for (const program of programs)
      if (!program.name.startsWith('bus')) counts.duplicates += await duplicatesOf(program);
    const exits = await Promise.all(programs.map((program) => program.end('SIGTERM')));
    for (const [n, { name, output }] of programs.entries())
      if (exits[n] !== 0) problems.push(`${name} exited with ${exits[n]}, its last output: ${output.slice(-500)}`);
    const seconds = (Date.now() - began) / 1_000;
    say(
      `${events} events to ${names.length} subscribers: at least ${counts.duplicates} duplicates ignored, ${counts.kills} kills, ${counts.stops} stops longer than the lease, ${counts.crashes} crashes of PostgreSQL, ${seconds.toFixed(1)} seconds`,
    );
    for (const problem of problems) say(`WRONG: ${problem}`);
    if (problems.length > 0) {
      for (const program of programs) say(`output of ${program.name}:\n${program.output.slice(-1_000)}`);
      throw new Error(`the ledger is incorrect, seed ${seed}`);
    }
    say('the ledger is correct');
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    await postgres.remove();
  }
}

/** Waits until the bus has every event of posts and comments. */
async function relayed(url: string): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(100)) {
    const [left] = await query<{ n: number }>(
      url,
      'SELECT ((SELECT count(*) FROM posts.outbox) + (SELECT count(*) FROM comments.outbox))::int AS n',
    );
    if (left!.n === 0) return;
  }
  throw new Error('some events of posts and comments were not published in time');
}

/** Waits until every event is accepted or a dead letter. */
async function settled(buses: readonly Program[], url: string): Promise<void> {
  for (const end = Date.now() + 120_000; Date.now() < end; await sleep(100)) {
    const status = await fetch(`${buses[0]!.url}/status`)
      .then((a) => a.json() as Promise<{ subscribers?: { lag: number }[] }>)
      .catch(() => undefined);
    if (status?.subscribers?.every(({ lag }) => lag === 0)) return;
  }
  const rows = await query(
    url,
    `SELECT subscriber, partition, position, rest, due - now() AS due, lease_until - now() AS lease FROM event_bus.cursor
    WHERE position < (SELECT head FROM event_bus.partition p WHERE p.id = partition) OR jsonb_array_length(rest->'pending') > 0`,
  );
  throw new Error(`some events were not delivered in time: ${JSON.stringify(rows)}`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
