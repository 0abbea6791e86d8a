import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { callsign } from '../support/callsign';
import { newPosts } from '../support/gateway';
import { verifyLedger } from '../support/ledger';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { sleep, until } from '../support/until';

const SECONDS = 60;

export const deadPart: Step = {
  name: 'dead-part',
  promise:
    'While comments is down for a minute, the other subscribers get events without delay. Later comments gets all events in order, without dead letters.',
  core: true,
  async run(context) {
    const { kubectl, blog, gateway, say } = context;
    // A step before may have left a backlog, and that would look like a delay.
    await until('all events are delivered', 120, async () => {
      const { comments, others } = await lag(context);
      return Math.max(comments, others) < 10;
    });
    const publisher = await Publisher.start(kubectl, {
      posts: await newPosts(gateway, 10),
      rate: 15 * gateway.pace,
      seconds: SECONDS + 10,
    });
    await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/comments', '--replicas=0']);
    const lags: Lag[] = [];
    for (const end = Date.now() + SECONDS * 1_000; Date.now() < end; await sleep(5_000)) lags.push(await lag(context));
    const waiting = lags.at(-1)!.comments;
    const others = Math.max(...lags.map((seen) => seen.others));
    say(`${waiting} deliveries wait for comments; the other subscribers were at most ${others} behind`);
    holds(waiting > SECONDS * 10 * gateway.pace, 'deliveries wait for comments', lags);
    // A delivery round in progress is not a delay.
    holds(others < 60, 'the other subscribers are not delayed', lags);
    const status = await callsign(context, 'status');
    holds(/^event-bus .* backlog \d{3,} \(.*comments \d{3,}/m.test(status.out), 'status names who is behind', status);
    await kubectl.must(['-n', NAMESPACE, 'scale', 'deployment/comments', '--replicas=2']);
    await blog.ready();
    const { accepted, published } = await publisher.finish();
    return {
      secondsAway: SECONDS,
      waitedForComments: waiting,
      othersAtMostBehind: others,
      ...(await verifyLedger(context, { accepted })),
      publishFailures: published.failures,
    };
  },
};

interface Lag {
  readonly comments: number;
  readonly others: number;
}

async function lag({ blog }: Context): Promise<Lag> {
  const rows = await blog.sql<{
    subscriber: string;
    lag: number;
  }>(`SELECT c.subscriber, sum(p.head - c.position + jsonb_array_length(c.rest->'pending'))::int AS lag
    FROM event_bus.cursor c JOIN event_bus.partition p ON p.id = c.partition GROUP BY 1`);
  const of = (own: boolean) =>
    rows.filter(({ subscriber }) => (subscriber === 'comments') === own).map((row) => row.lag);
  return { comments: Math.max(...of(true)), others: Math.max(...of(false)) };
}
