import type { Context, Step } from '../context';
import { kindOf } from '../support/gateway';
import { drained } from '../support/ledger';
import { nodeBack, nodeReady, spread } from '../support/nodes';
import { holds } from '../support/promise';
import { secondsSince, sleep, until } from '../support/until';

/** How long the answers are watched while Postgres is down. */
const WATCH_SECONDS = 10;

export const postgresNodeDies: Step = {
  name: 'postgres-node',
  promise:
    "Postgres' node dies: writes answer 503 with Retry-After, the page and query go on, and when it is back nothing that was answered with success is gone.",
  async run(context) {
    const { cluster, blog, say } = context;
    await spread(context);
    const node = (await blog.pods('postgres'))[0]!.spec.nodeName!;
    const writer = new Writer(context);
    try {
      await sleep(3_000);
      const stopped = Date.now();
      await cluster.stopNode(node);
      await until('the cluster marks the node as not ready', 120, async () => !(await nodeReady(context, node)));
      const secondsToNotice = secondsSince(stopped);
      // A request from just before may still wait for a dead replica.
      await sleep(5_000);
      const watched = await watch(context);
      say(`while Postgres is down: ${JSON.stringify(watched)}`);
      holds(Object.keys(watched.write).join() === '503 retry', 'writes answer only 503 with Retry-After', watched);
      holds(Object.keys(watched.page).join() === '200', 'the page continues to answer', watched);
      holds(Object.keys(watched.read).join() === '200', 'query continues to answer', watched);

      const started = Date.now();
      await cluster.startNode(node);
      await until('a write succeeds again', 180, () => writer.succeededSince(started), 100);
      const secondsToWrite = secondsSince(started);
      await blog.ready();
      const secondsToReady = secondsSince(started);
      await writer.stop();
      await drained(context, 60);
      const rows = await blog.sql<{ id: string }>('SELECT p.id FROM posts.posts p JOIN query.posts q ON q.id = p.id');
      const there = new Set(rows.map(({ id }) => id));
      const gone = writer.ids.filter((id) => !there.has(id));
      holds(gone.length === 0, 'every post with the answer 201 is in posts and in query', gone);
      return {
        secondsToNotice,
        whileAway: watched,
        secondsToWriteAgain: secondsToWrite,
        secondsToReadyAgain: secondsToReady,
        written: writer.ids.length,
        gone: 0,
        otherAnswersToWriter: writer.others,
      };
    } finally {
      await writer.stop();
      await cluster.startNode(node);
      await nodeBack(context, node);
    }
  },
};

interface Watched {
  readonly write: Record<string, number>;
  readonly read: Record<string, number>;
  readonly page: Record<string, number>;
}

/** Counts the answers within some seconds. */
async function watch({ gateway }: Context): Promise<Watched> {
  const seen: Watched = { write: {}, read: {}, page: {} };
  const count = (kind: keyof Watched, answer: string) => (seen[kind][answer] = (seen[kind][answer] ?? 0) + 1);
  for (const end = Date.now() + WATCH_SECONDS * 1_000; Date.now() < end; await sleep(250)) {
    const [write, read, page] = await Promise.all([
      gateway.ask('/api/posts', { body: { title: 'Now?' } }),
      gateway.ask('/api/query'),
      gateway.ask('/'),
    ]);
    count('write', kindOf(write));
    count('read', kindOf(read));
    count('page', kindOf(page));
  }
  return seen;
}

/** Writes posts continuously, and records those with the answer 201. */
class Writer {
  readonly ids: string[] = [];
  readonly others: Record<string, number> = {};
  #last = 0;
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(private readonly context: Context) {
    this.#running = this.#write();
  }

  async succeededSince(moment: number): Promise<boolean> {
    return this.#last > moment;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    for (let n = 1; !this.#stopped; n++) {
      const { status, text } = await this.context.gateway.ask('/api/posts', { body: { title: `Kept ${n}` } });
      if (status === 201) {
        this.ids.push((JSON.parse(text) as { id: string }).id);
        this.#last = Date.now();
      } else this.others[status || text] = (this.others[status || text] ?? 0) + 1;
      await sleep(100);
    }
  }
}
