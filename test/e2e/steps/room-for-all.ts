import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { callsign } from '../support/callsign';
import { DatabaseWatch } from '../support/database-watch';
import { newPosts } from '../support/gateway';
import { drained } from '../support/ledger';
import { evidenceOf, Load, type Target, noneFailed } from '../support/load';
import { holds } from '../support/promise';
import { sleep } from '../support/until';

/** The replicas of the independent run that broke an earlier version. */
const SCALED = { 'event-bus': 5, comments: 6 };
const USUAL = { 'event-bus': 2, comments: 2 };
/** How long the larger number of replicas serves requests. */
const HOLD_SECONDS = 20;
const MOST_PERCENT = 80;

export const roomForAll: Step = {
  name: 'room-for-all',
  heavy: true,
  promise:
    'No request fails while all services are restarted and scaled up at 40 writes/s, and the database has enough memory and connections.',
  async run(context) {
    const { kubectl, blog, gateway } = context;
    const posts = await newPosts(gateway, 10);
    const watch = await DatabaseWatch.start(kubectl, blog);
    const load = new Load(gateway, visitors(posts));
    const failure = await operate(context).catch((error: Error) => error);
    const [figures] = await Promise.all([load.stop(), watch.end()]);
    if (failure) throw failure;
    const database = await watch.figures();
    const evidence = { ...evidenceOf(figures), database };
    noneFailed(figures, 'no request fails during a rollout and while replicas are added and removed', { database });
    holds(database.restarts === 0 && database.kills === 0, 'the database is not killed and does not restart', database);
    holds(
      database.needPercent <= MOST_PERCENT,
      `the database needs at most ${MOST_PERCENT} % of its memory limit`,
      database,
    );
    holds(database.connections < database.maxConnections, 'the database has connections left', database);
    return { ...evidence, secondsToDrain: await drained(context, 120) };
  },
};

/** 40 writes per second, and readers. */
function visitors(posts: readonly string[]): readonly Target[] {
  const comments = posts.map((post): Target => ({
    name: 'new comment',
    path: `/api/comments/${post}`,
    rate: 20 / posts.length,
    expect: 201,
    body: () => ({ content: `Room ${Date.now()}` }),
  }));
  return [
    ...comments,
    { name: 'new post', path: '/api/posts', rate: 20, expect: 201, body: () => ({ title: `Room ${Date.now()}` }) },
    { name: 'query', path: '/api/query?limit=5', rate: 5, expect: 200 },
    { name: 'comments', path: `/api/comments/${posts[0]}?limit=5`, rate: 5, expect: 200 },
  ];
}

async function operate(context: Context): Promise<void> {
  const { kubectl, blog, say } = context;
  say('restarts all services, one after the other');
  const restarted = await callsign(context, 'restart', '--all');
  holds(restarted.code === 0, 'restart succeeds', restarted);
  await blog.oldPodsGone();
  for (const [replicas, seconds] of [
    [SCALED, HOLD_SECONDS],
    [USUAL, 0],
  ] as const) {
    say(`scales to ${JSON.stringify(replicas)}`);
    for (const [name, number] of Object.entries(replicas))
      await kubectl.must(['-n', NAMESPACE, 'scale', `deployment/${name}`, `--replicas=${number}`]);
    await blog.ready();
    await sleep(seconds * 1_000);
  }
  await blog.oldPodsGone();
}
