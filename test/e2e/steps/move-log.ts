import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Step } from '../context';
import { NAMESPACE, PROJECT, type Blog } from '../support/blog';
import { callsignWith } from '../support/callsign';
import type { Ended } from '../support/command';
import { newPosts } from '../support/gateway';
import { pullMissing } from '../support/images';
import { JetStreamBlog } from '../support/jetstream-blog';
import { verifyLedger } from '../support/ledger';
import { holds } from '../support/promise';
import { longestPause, Publisher, type Accepted } from '../support/publisher';
import { sleep, until } from '../support/until';

const IMAGE = 'nats:2.15';
const PAGE = join(PROJECT, 'docs', 'event-log.md');
/** How long events are published in each direction. The first one includes the start of the servers. */
const SECONDS = { toJetStream: 200, toPostgres: 120 };
/** The subscriber that is away while the log moves, so that its events are pending. */
const AWAY = 'deployment/query';

export const moveLog: Step = {
  name: 'move-log',
  promise:
    'The commands of docs/event-log.md move the log of a running blog from PostgreSQL to NATS and back, while events are published and wait for a subscriber: none is lost or doubled, and the order of each post is kept.',
  minutes: 12,
  async run(context) {
    const { blog, cluster, gateway, kubectl, signal } = context;
    const inJetStream = new JetStreamBlog(kubectl);
    const [start, toJetStream, toPostgres, end, ...more] = documentedCommands();
    holds(start && toJetStream && toPostgres && end && more.length === 0, 'the page has four commands');
    try {
      await blog.delete();
      await pullMissing([IMAGE], signal);
      await cluster.load('worker', [IMAGE]);
      const applied = await callsignWith(context, {}, 'apply');
      holds(applied.code === 0, 'the blog runs with its log in PostgreSQL', applied);
      const posts = await newPosts(gateway, 20);

      const first = await Publisher.start(kubectl, { posts, rate: 20, seconds: SECONDS.toJetStream });
      await must(context, start);
      holds(await isInPostgres(blog), 'the setting alone moves nothing');
      const there = await move(context, toJetStream, blog, inJetStream);
      holds(!(await isInPostgres(blog)), 'the log in PostgreSQL is closed');
      const moved = await first.finish();
      await drainedIn(inJetStream);

      const second = await Publisher.start(kubectl, { posts, rate: 20, seconds: SECONDS.toPostgres });
      await sleep(10_000);
      const back = await move(context, toPostgres, inJetStream, blog);
      holds(await isInPostgres(blog), 'the log in PostgreSQL is open again');
      await must(context, end);
      const servers = await kubectl.list('statefulsets', '-n', NAMESPACE, '-l', 'app.kubernetes.io/name=log');
      holds(servers.length === 0, 'the servers are gone', servers);
      const returned = await second.finish();
      await blog.ready();

      const accepted = [...moved.accepted, ...returned.accepted];
      return {
        toJetStream: { ...evidenceOf(there, moved.accepted), attemptsNotAnswered202: moved.published.failures },
        toPostgres: { ...evidenceOf(back, returned.accepted), attemptsNotAnswered202: returned.published.failures },
        ...(await verifyLedger(context, { accepted }, 120)),
      };
    } finally {
      await blog.delete();
    }
  },
};

interface Move {
  readonly seconds: number;
  /** The time of its end, in milliseconds. */
  readonly ended: number;
  readonly said: string;
  /** The deliveries that waited when the log was in its new place. */
  readonly waiting: number;
}

/** Moves the log while a subscriber is away. */
async function move(context: Context, command: string, before: Blog, after: Blog): Promise<Move> {
  const { kubectl, say } = context;
  await kubectl.must(['-n', NAMESPACE, 'scale', AWAY, '--replicas=0']);
  await until('events wait for the subscriber', 60, async () => (await before.deliveriesToCome()) >= 100);
  const began = Date.now();
  const { out } = await must(context, command);
  const ended = Date.now();
  const said = out.trim().split('\n').at(-1)!;
  holds(/^the log is in \w+, after a pause of \d+ s$/.test(said), 'the command moves the log', out);
  let waiting = 0;
  await until('a replica of the bus uses the new log', 60, async () => {
    waiting = await after.deliveriesToCome();
    return true;
  });
  holds(waiting >= 100, 'the new log knows the events that wait for the subscriber', { waiting });
  const again = await must(context, command);
  holds(again.out.includes('already'), 'the command can be repeated', again);
  await kubectl.must(['-n', NAMESPACE, 'scale', AWAY, '--replicas=2']);
  const seconds = Math.ceil((ended - began) / 1_000);
  say(`the command took ${seconds} s: ${said}`);
  return { seconds, ended, said, waiting };
}

function evidenceOf({ ended, ...moved }: Move, accepted: readonly Accepted[]): object {
  const later = accepted.filter(({ at }) => at > ended).length;
  holds(later > 0, 'events were published before and after the move', { accepted: accepted.length, later });
  return { ...moved, acceptedAfterMove: later, longestPause: longestPause(accepted) };
}

async function isInPostgres(blog: Blog): Promise<boolean> {
  const [place] = await blog.sql<{ open: boolean }>('SELECT open FROM event_bus.place');
  return place!.open;
}

async function drainedIn(blog: Blog): Promise<void> {
  await until('every event is delivered from NATS', 120, async () => (await blog.deliveriesToCome()) === 0);
}

/** The commands of the page, in order. */
function documentedCommands(): readonly string[] {
  const section = /^## Move a running blog\n(.*?)^## /ms.exec(readFileSync(PAGE, 'utf8'))?.[1] ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, lines]) => lines!.trim().split('\n'));
}

/** Runs a command of the page, which must succeed. */
async function must(context: Context, command: string): Promise<Ended> {
  const words = command.split(' ');
  const settings = words.filter((word) => /^CALLSIGN_\w+=/.test(word));
  const [program, ...args] = words.slice(settings.length);
  const env = Object.fromEntries(settings.map((setting) => setting.split('=') as [string, string]));
  const ended =
    program === 'npx'
      ? await callsignWith(context, env, ...args.slice(1))
      : await context.kubectl.run(args, { timeoutMs: 300_000 });
  holds(ended.code === 0, `${command} succeeds`, ended);
  return ended;
}
