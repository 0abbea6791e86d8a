import type { Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { newPosts } from '../support/gateway';
import { verifyLedger } from '../support/ledger';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { sleep } from '../support/until';

const SECONDS = 30;
/** The command of docs/replay.md. */
const COMMAND = ['exec', 'deploy/event-bus', '--', 'node', 'event-bus/main.ts', 'replay'];

export const replay: Step = {
  name: 'replay',
  promise:
    'One command of the bus builds the read model of query again. Meanwhile every read succeeds, and no event is lost or applied twice.',
  core: true,
  async run(context) {
    const { kubectl, blog, gateway, say } = context;
    const posts = await newPosts(gateway, 10);
    const publisher = await Publisher.start(kubectl, { posts, rate: 15, seconds: SECONDS });
    const wrong = "UPDATE query.posts SET title = 'wrong'";
    await kubectl.exec(NAMESPACE, 'postgres-0', ['psql', '-U', 'postgres', '-d', 'blog', '-qc', wrong]);
    const done = new AbortController();
    const statuses: Record<string, number> = {};
    const reading = (async () => {
      for (; !done.signal.aborted; await sleep(50)) {
        const { status, text } = await gateway.ask('/api/query?limit=10');
        const result = status === 200 ? '200' : `${status} ${text}`;
        statuses[result] = (statuses[result] ?? 0) + 1;
      }
    })();
    const began = Date.now();
    const ended = await kubectl.run(['-n', NAMESPACE, ...COMMAND, 'query']);
    const seconds = Math.ceil((Date.now() - began) / 1_000);
    done.abort();
    await reading;
    const last = ended.out.trim().split('\n').at(-1);
    say(`${last}`);
    holds(ended.code === 0, 'the command succeeds', ended);
    holds(Object.keys(statuses).join() === '200', 'query answers every read', statuses);
    const [left] = await blog.sql<{ wrong: number; cursors: number; schemas: number }>(`SELECT
      (SELECT count(*)::int FROM query.posts WHERE title = 'wrong') AS wrong,
      (SELECT count(*)::int FROM event_bus.cursor WHERE subscriber LIKE '%@%') AS cursors,
      (SELECT count(*)::int FROM pg_namespace WHERE nspname IN ('query_next', 'query_old')) AS schemas`);
    holds(
      Object.values(left!).every((count) => count === 0),
      'the new model is right, and nothing is left over',
      left,
    );
    const refused = await kubectl.run(['-n', NAMESPACE, ...COMMAND, 'comments']);
    holds(refused.code !== 0 && refused.out.includes('cannot be replayed'), 'comments refuses a replay', refused);
    const { accepted } = await publisher.finish();
    return { seconds, reads: statuses['200'], ...(await verifyLedger(context, { accepted })) };
  },
};
