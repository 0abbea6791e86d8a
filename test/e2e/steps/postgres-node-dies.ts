import type { Context, Step } from '../context';
import { countAnswers } from '../support/answers';
import { drained } from '../support/ledger';
import { nodeBack, nodeReady, spreadNow } from '../support/nodes';
import { holds } from '../support/promise';
import { secondsSince, sleep, until } from '../support/until';
import { writeOnce } from '../support/write';

/** How long the answers are watched while Postgres is down. */
const WATCH_SECONDS = 10;

export const postgresNodeDies: Step = {
  name: 'postgres-node',
  promise:
    "Postgres' node dies: writes answer 503 with Retry-After, the page and query go on, and when it is back nothing that was answered with success is gone.",
  core: true,
  async run(context) {
    const { cluster, blog, gateway, say } = context;
    await spreadNow(context);
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
      const watched = await countAnswers(
        {
          write: () => gateway.ask('/api/posts', { body: { title: 'Now?' } }),
          read: () => gateway.ask('/api/query'),
          page: () => gateway.ask('/'),
        },
        { seconds: WATCH_SECONDS, pauseMs: 250 },
      );
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
      const kept = await blog.sql<{ id: string }>(`SELECT id FROM posts.posts WHERE title LIKE '${writer.name}, %'`);
      holds(kept.length === writer.ids.length, 'no repeated write is stored twice', {
        stored: kept.length,
        answered201: writer.ids.length,
      });
      return {
        secondsToNotice,
        whileAway: watched,
        secondsToWriteAgain: secondsToWrite,
        secondsToReadyAgain: secondsToReady,
        written: writer.ids.length,
        gone: 0,
        doubled: 0,
        otherAnswersToWriter: writer.others,
      };
    } finally {
      await cluster.startNode(node);
      await writer.stop().catch(() => undefined);
      await nodeBack(context, node);
    }
  },
};

/** Writes posts continuously. Repeats each with its key until it gets 201, and records the ids. */
class Writer {
  readonly ids: string[] = [];
  readonly others: Record<string, number> = {};
  /** The titles begin with it. */
  readonly name = `Kept ${Date.now()}`;
  #last = 0;
  #failure: Error | undefined;
  #stopped = false;
  readonly #running: Promise<void>;

  constructor(private readonly context: Context) {
    this.#running = this.#write();
    this.#running.catch((error: Error) => (this.#failure = error));
  }

  async succeededSince(moment: number): Promise<boolean> {
    if (this.#failure) throw this.#failure;
    return this.#last > moment;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #write(): Promise<void> {
    const refused = (status: number, text: string) =>
      void (this.others[status || text] = (this.others[status || text] ?? 0) + 1);
    for (let n = 1; !this.#stopped; n++) {
      const body = { title: `${this.name}, ${n}` };
      // Longer than the node is stopped.
      const { id } = await writeOnce(this.context.gateway, '/api/posts', body, { refused, seconds: 600 });
      this.ids.push(id);
      this.#last = Date.now();
      await sleep(100);
    }
  }
}
