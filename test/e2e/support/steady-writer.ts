import type { Context } from '../context';
import { holds } from './promise';
import { sleep } from './until';
import { writeOnce } from './write';

/** Writes posts continuously. Repeats each with its key until it gets 201, and records the ids. */
export class SteadyWriter {
  readonly ids: string[] = [];
  readonly others: Record<string, number> = {};
  /** The titles begin with it. */
  readonly name = `Kept ${Date.now()}`;
  /** The longest time between two answers 201, in seconds. */
  longestSilence = 0;
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

  /** Every post with the answer 201 is stored once, and has reached the read model. */
  async verify(): Promise<void> {
    const { blog } = this.context;
    const rows = await blog.sql<{ id: string }>('SELECT p.id FROM posts.posts p JOIN query.posts q ON q.id = p.id');
    const there = new Set(rows.map(({ id }) => id));
    const gone = this.ids.filter((id) => !there.has(id));
    holds(gone.length === 0, 'every post with the answer 201 is in posts and in query', gone);
    const kept = await blog.sql<{ id: string }>(`SELECT id FROM posts.posts WHERE title LIKE '${this.name}, %'`);
    holds(kept.length === this.ids.length, 'no repeated write is stored twice', {
      stored: kept.length,
      answered201: this.ids.length,
    });
  }

  async #write(): Promise<void> {
    const refused = (status: number, text: string) =>
      void (this.others[status || text] = (this.others[status || text] ?? 0) + 1);
    for (let n = 1; !this.#stopped; n++) {
      const body = { title: `${this.name}, ${n}` };
      // Longer than the node is stopped.
      const { id } = await writeOnce(this.context.gateway, '/api/posts', body, { refused, seconds: 600 });
      this.ids.push(id);
      const now = Date.now();
      if (this.#last > 0) this.longestSilence = Math.max(this.longestSilence, (now - this.#last) / 1_000);
      this.#last = now;
      await sleep(100);
    }
  }
}
