import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import type { Context } from '../context';
import type { Answer, Gateway, RequestOptions } from './gateway';
import { holds } from './promise';
import { keyHeader, writeOnce } from './write';

/** A repeated request. */
export interface Target {
  readonly name: string;
  readonly path: string;
  /** Requests per second, at the full pace. Half of them use new connections, the others kept connections. */
  readonly rate: number;
  /** Makes the request a write. Each has a key of its own. */
  readonly body?: () => object;
  /** The expected status. */
  readonly expect: number;
}

/** A request without the expected answer. */
export interface Failure {
  /** Seconds since the start of the load. */
  readonly at: number;
  readonly target: string;
  readonly connection: 'new' | 'kept';
  readonly status: number;
  readonly text: string;
}

/** A write that can be sent again with its key. */
interface SentWrite {
  readonly path: string;
  readonly body: object;
  readonly key: string;
  readonly answered: boolean;
}

/** The results of a load. */
export interface Figures {
  readonly seconds: number;
  readonly sent: number;
  readonly failed: number;
  /** The number of sent and failed requests, by target and connection. */
  readonly targets: Readonly<Record<string, { sent: number; failed: number }>>;
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
  /** The longest time without an expected answer of a target, in seconds. */
  readonly longestSilence: number;
  readonly failures: readonly Failure[];
  readonly writes: readonly SentWrite[];
}

/** The requests of a visitor and a writer: the page, posts, comments, and a new post. */
export const SITE: readonly Target[] = [
  { name: 'web', path: '/', rate: 10, expect: 200 },
  { name: 'query', path: '/api/query?limit=5', rate: 10, expect: 200 },
  { name: 'posts', path: '/api/posts?limit=5', rate: 10, expect: 200 },
  { name: 'comments', path: '/api/comments/00000000-0000-4000-8000-000000000000', rate: 6, expect: 200 },
  { name: 'new post', path: '/api/posts', rate: 6, expect: 201, body: () => ({ title: `Load ${randomUUID()}` }) },
];

/** An open-loop load: it sends requests at a fixed rate, independent of the answers. */
export class Load {
  readonly #start = performance.now();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #open = new Set<Promise<void>>();
  readonly #ms: number[] = [];
  readonly #targets: Record<string, { sent: number; failed: number }> = {};
  readonly #failures: Failure[] = [];
  readonly #writes: SentWrite[] = [];
  readonly #answered = new Map<string, number>();
  #longestSilence = 0;

  constructor(
    private readonly gateway: Gateway,
    targets: readonly Target[] = SITE,
  ) {
    for (const target of targets) {
      this.#answered.set(target.name, 0);
      this.#drive(target);
    }
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1_000;
  }

  get failed(): number {
    return this.#failures.length;
  }

  /** Stops sending, waits for the answers, and returns the results. */
  async stop(): Promise<Figures> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#open);
    for (const name of this.#answered.keys()) this.#hear(name);
    this.#agent.destroy();
    const ms = this.#ms.toSorted((a, b) => a - b);
    const at = (share: number) => ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0;
    return {
      seconds: Math.round(this.seconds * 10) / 10,
      sent: ms.length,
      failed: this.failed,
      targets: this.#targets,
      p50: at(0.5),
      p99: at(0.99),
      slowest: at(1),
      longestSilence: Math.round(this.#longestSilence * 10) / 10,
      failures: this.#failures,
      writes: this.#writes,
    };
  }

  /** Updates the longest time without an answer. Called for each expected answer and at the end. */
  #hear(target: string): void {
    this.#longestSilence = Math.max(this.#longestSilence, this.seconds - this.#answered.get(target)!);
    this.#answered.set(target, this.seconds);
  }

  #drive(target: Target): void {
    let sent = 0;
    this.#timers.push(
      setInterval(() => {
        // Late ticks are made up for, so that the rate is correct on a busy machine.
        for (const due = this.seconds * target.rate * this.gateway.pace; sent < due; sent++) {
          const request = this.#send(target, sent % 2 === 0 ? 'new' : 'kept');
          this.#open.add(request);
          void request.then(() => this.#open.delete(request));
        }
      }, 20),
    );
  }

  async #send({ name, path, body, expect }: Target, connection: 'new' | 'kept'): Promise<void> {
    const at = Math.round(this.seconds * 10) / 10;
    const [write, key] = [body?.(), randomUUID()];
    const agent = connection === 'kept' ? this.#agent : undefined;
    const options: RequestOptions = write ? { body: write, headers: keyHeader(key), agent } : { agent };
    const { status, text, ms }: Answer = await this.gateway.ask(path, options);
    if (write) this.#writes.push({ path, body: write, key, answered: status === expect });
    const tally = (this.#targets[`${name}, ${connection}`] ??= { sent: 0, failed: 0 });
    tally.sent++;
    this.#ms.push(ms);
    if (status === expect) {
      this.#hear(name);
      return;
    }
    tally.failed++;
    this.#failures.push({ at, target: name, connection, status, text: text.slice(0, 100) });
  }
}

/**
 * Repeats the failed writes of a load on SITE, with their keys. Then each post must be stored once. Returns how many
 * were repeated, and how many of these had been stored.
 */
export async function repeatWrites(
  { gateway, blog }: Context,
  { writes }: Figures,
): Promise<{ repeated: number; hadBeenStored: number; doubled: 0 }> {
  const failed = writes.filter(({ answered }) => !answered);
  let hadBeenStored = 0;
  for (const { path, body, key } of failed)
    if ((await writeOnce(gateway, path, body, { key })).replayed) hadBeenStored++;
  const rows = await blog.sql<{ title: string; times: number }>(
    `SELECT title, count(*)::int AS times FROM posts.posts WHERE title LIKE 'Load %' GROUP BY title`,
  );
  const times = new Map(rows.map((row) => [row.title, row.times]));
  const wrong = writes
    .map(({ body }) => (body as { title: string }).title)
    .filter((title) => times.get(title) !== 1)
    .map((title) => ({ title, times: times.get(title) ?? 0 }));
  holds(wrong.length === 0, 'each new post is stored once', wrong.slice(0, 5));
  return { repeated: failed.length, hadBeenStored, doubled: 0 };
}

/** Throws if a request failed. The failed ones come first, because long evidence is cut off. */
export function noneFailed(figures: Figures, promise: string, more: object = {}): void {
  const first = figures.failures.slice(0, 10);
  holds(figures.failed === 0, promise, { first, ...evidenceOf(figures), ...more });
}

/** The results as evidence, with the number of failures of each kind. */
export function evidenceOf({ failures, writes, ...figures }: Figures): object {
  const kinds: Record<string, number> = {};
  for (const { target, status, text } of failures) {
    const kind = `${target}: ${status === 0 ? text : status}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return { ...figures, writes: writes.length, ...(failures.length > 0 && { kinds }) };
}
