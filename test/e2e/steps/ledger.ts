import type { Step } from '../context';
import { chaos } from '../support/chaos';
import { newPosts, type Gateway } from '../support/gateway';
import { drained, verifyLedger } from '../support/ledger';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { sleep } from '../support/until';

const SECONDS = 120;

export const ledger: Step = {
  name: 'ledger',
  promise:
    'While pods of the bus and its subscribers are killed for two minutes, and Postgres once, every 202 and 201 takes effect exactly once and in order.',
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
    return {
      seed: random.seed,
      kills: blows.length,
      killsByTarget: countBy(blows.map(({ target }) => target)),
      killsByWay: countBy(blows.map(({ way }) => way)),
      ...verified,
      secondsToDrain,
      attemptsNotAnswered202: published.failures,
      writesNotAnswered201: writer.refused,
      blows,
    };
  },
};

/** Writes comments through the gateway, one after the other for each post. Comments with the answer 201 count. */
class Writer {
  readonly #written = new Map<string, string[]>();
  readonly #running: Promise<unknown>;
  readonly refused: Record<string, number> = {};
  #stopped = false;

  constructor(
    private readonly gateway: Gateway,
    posts: readonly string[],
  ) {
    this.#running = Promise.all(posts.map((post) => this.#write(post)));
  }

  async stop(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#stopped = true;
    await this.#running;
    return this.#written;
  }

  async #write(post: string): Promise<void> {
    const ids: string[] = [];
    this.#written.set(post, ids);
    for (let n = 1; !this.#stopped; n++) {
      const { status, text } = await this.gateway.ask(`/api/comments/${post}`, { body: { content: `word ${n}` } });
      if (status === 201) ids.push((JSON.parse(text) as { id: string }).id);
      else this.refused[status || text] = (this.refused[status || text] ?? 0) + 1;
      await sleep(500);
    }
  }
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
