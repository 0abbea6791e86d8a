import type { Context, Step } from '../context';
import { chaos } from '../support/chaos';
import { newPosts, type Gateway } from '../support/gateway';
import { doubledComments, drained, verifyLedger } from '../support/ledger';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { sleep } from '../support/until';
import { writeOnce } from '../support/write';

const SECONDS = 120;

export const ledger: Step = {
  name: 'ledger',
  promise:
    'While pods of the bus and its subscribers are killed for two minutes, and Postgres once, every 202 and 201 takes effect exactly once and in order. Writers repeat their writes with a key: none is doubled.',
  core: true,
  async run(context) {
    const { kubectl, gateway, blog, random } = context;
    const [posts, commented] = [await newPosts(gateway, 20), await newPosts(gateway, 4)];
    const publisher = await Publisher.start(kubectl, { posts, rate: 20, seconds: SECONDS });
    const writer = new Writer(gateway, commented);
    const blows = await chaos(context, {
      seconds: SECONDS,
      targets: ['event-bus', 'event-bus', 'posts', 'comments', 'moderation', 'query'],
      pause: [3, 9],
    });
    const { accepted, published } = await publisher.finish();
    const written = await writer.stop();
    holds(
      blows.some(({ target }) => target === 'postgres'),
      'Postgres was killed once',
      blows,
    );
    await blog.ready();
    const secondsToDrain = await drained(context, 90);
    const verified = await verifyLedger(context, { accepted, written });
    holds(writer.replayed > 0, 'some repeated writes had been stored (otherwise this step proves nothing)', {
      replayed: writer.replayed,
    });
    const doubledWithoutKeys = await withoutKeys(context);
    return {
      seed: random.seed,
      kills: blows.length,
      killsByTarget: countBy(blows.map(({ target }) => target)),
      killsByWay: countBy(blows.map(({ way }) => way)),
      ...verified,
      secondsToDrain,
      attemptsNotAnswered202: published.failures,
      writesNotAnswered201: writer.refused,
      repeatedWritesThatHadBeenStored: writer.replayed,
      doubledWithoutKeys,
      blows,
    };
  },
};

/** How many writes there are for each write whose first answer is discarded. */
const LOSE_EVERY = 5;

/**
 * Writes comments through the gateway, one after the other for each post. Repeats each with its key until it gets 201,
 * so every comment must be stored once.
 */
class Writer {
  readonly #written = new Map<string, string[]>();
  readonly #running: Promise<unknown>;
  readonly refused: Record<string, number> = {};
  replayed = 0;
  #stopped = false;

  constructor(
    private readonly gateway: Gateway,
    posts: readonly string[],
  ) {
    this.#running = Promise.all(posts.map((post) => this.#write(post)));
    // A failure is reported by `stop`.
    this.#running.catch(() => undefined);
  }

  async stop(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#stopped = true;
    await this.#running;
    return this.#written;
  }

  async #write(post: string): Promise<void> {
    const ids: string[] = [];
    this.#written.set(post, ids);
    const refused = (status: number, text: string) =>
      void (this.refused[status || text] = (this.refused[status || text] ?? 0) + 1);
    for (let n = 1; !this.#stopped; n++) {
      const options = { losesAnswer: n % LOSE_EVERY === 0, refused };
      const write = await writeOnce(this.gateway, `/api/comments/${post}`, { content: `word ${n}` }, options);
      ids.push(write.id);
      if (write.replayed) this.replayed++;
      await sleep(500);
    }
  }
}

/** The negative control: without a key, each repeated write is stored twice. Returns the number of doubled comments. */
async function withoutKeys({ gateway, blog }: Context): Promise<number> {
  const [post] = await newPosts(gateway, 1);
  for (let n = 1; n <= 3; n++)
    await writeOnce(gateway, `/api/comments/${post}`, { content: `word ${n}` }, { key: 'none', losesAnswer: true });
  const doubled = (await doubledComments(blog, [post!])).length;
  holds(doubled === 3, 'without keys, the audit finds the doubled writes', { doubled });
  return doubled;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
