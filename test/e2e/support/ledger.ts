import type { Context } from '../context';
import type { Blog } from './blog';
import { holds } from './promise';
import type { Accepted } from './publisher';
import { secondsSince, until } from './until';

/** All accepted writes: 202 from the bus and 201 from comments. */
export interface Ledger {
  readonly accepted: readonly Accepted[];
  /**
   * The ids of comments with the answer 201 through the gateway, by post, in the order of writing. Nothing else may be
   * stored for these posts: each write was repeated with its key until it got 201.
   */
  readonly written?: ReadonlyMap<string, readonly string[]>;
}

interface Stored {
  readonly subject: string;
  readonly source: string;
  readonly type: string;
  readonly id: string;
  /** The comment of the event. */
  readonly comment: string;
}

/** The types of events that each subscriber applies. */
const APPLIES: readonly [schema: string, type: string][] = [
  ['moderation', 'CommentCreated'],
  ['query', 'CommentCreated'],
  ['posts', 'CommentModerated'],
  ['comments', 'CommentModerated'],
  ['query', 'CommentModerated'],
];

/** The number of pending deliveries to all subscribers. */
export function deliveriesToCome({ blog }: Context): Promise<number> {
  return blog.deliveriesToCome();
}

/** The longest and the usual time from storing an event to its effect, in seconds, by subscriber. */
async function behind(blog: Blog, posts: string): Promise<Record<string, string>> {
  const subscribers = [...new Set(APPLIES.map(([schema]) => schema))];
  const rows = await blog.sql<{ name: string; most: number; median: number }>(
    subscribers
      .map(
        (name) => `SELECT '${name}' AS name, round(max(late), 1)::float8 AS most,
          round((percentile_cont(0.5) WITHIN GROUP (ORDER BY late))::numeric, 2)::float8 AS median
        FROM (SELECT extract(epoch FROM i.applied_at - e.stored_at) AS late
          FROM event_bus.event e JOIN ${name}.inbox i USING (source, id) WHERE e.subject IN (${posts})) AS l`,
      )
      .join(' UNION ALL '),
  );
  return Object.fromEntries(rows.map(({ name, most, median }) => [name, `at most ${most} s, median ${median} s`]));
}

/** Waits until nothing is pending. Returns the number of seconds. */
export async function drained(context: Context, seconds: number): Promise<number> {
  const start = Date.now();
  await until('every published event is delivered', seconds, async () => {
    const lag = await deliveriesToCome(context);
    const [left] = await context.blog.sql<{ outboxes: number }>(`SELECT
      (SELECT count(*)::int FROM moderation.outbox) + (SELECT count(*)::int FROM comments.outbox) + (SELECT count(*)::int FROM posts.outbox) AS outboxes`);
    if (lag + left!.outboxes > 0) throw new Error(`${lag} deliveries and ${left!.outboxes} publications are pending`);
    return true;
  });
  return secondsSince(start);
}

/**
 * Compares the accepted writes with the log and the tables of each subscriber: each write must be there once, and in
 * order for each post. Moderation approves every comment of a ledger.
 */
export async function verifyLedger(
  context: Context,
  { accepted, written = new Map() }: Ledger,
  drainSeconds = 60,
): Promise<Record<string, unknown>> {
  const { blog } = context;
  const secondsToDrain = await drained(context, drainSeconds);
  await blog.showLogInSql();
  const posts = [...new Set([...accepted.map(({ post }) => post), ...written.keys()])];
  const list = posts.map((post) => `'${post}'`).join();

  const log =
    await blog.sql<Stored>(`SELECT subject, source, id, body::json->>'type' AS type, body::json->'data'->>'id' AS comment
    FROM event_bus.event WHERE subject IN (${list}) ORDER BY partition, "offset"`);
  const created = log.filter(({ type }) => type === 'CommentCreated');
  checkLog(created, accepted, written);

  const doubled = await doubledComments(blog, [...written.keys()]);
  holds(doubled.length === 0, 'no write is doubled', doubled.slice(0, 5));
  const stored = await blog.sql<{ id: string }>(
    `SELECT id FROM comments.comments WHERE post_id::text IN (${[...written.keys(), ''].map((post) => `'${post}'`).join()})`,
  );
  same(
    'comments stores exactly the writes that were answered with 201',
    [...written.values()].flat(),
    stored.map(({ id }) => id),
  );

  const verdicts = log.filter(({ type }) => type === 'CommentModerated').map(({ comment }) => comment);
  same(
    'moderation publishes its verdict on each comment once',
    created.map(({ comment }) => comment),
    verdicts,
  );
  const shown = await blog.sql<{ id: string; status: string }>(
    `SELECT id, status FROM query.comments WHERE post_id::text IN (${list})`,
  );
  same(
    'query has each comment once',
    created.map(({ comment }) => comment),
    shown.map(({ id }) => id),
  );
  holds(
    shown.every(({ status }) => status === 'approved'),
    'query shows each comment as moderated',
    shown.filter(({ status }) => status !== 'approved').slice(0, 5),
  );
  const counts = await blog.sql<{ id: string; counted: number; made: number }>(`SELECT p.id, p.comment_count AS counted,
    (SELECT count(*)::int FROM query.comments c WHERE c.post_id = p.id) AS made FROM posts.posts p WHERE p.id::text IN (${list})`);
  holds(
    counts.length === posts.length && counts.every(({ counted, made }) => counted === made),
    'posts counts each approved comment once',
    counts.filter(({ counted, made }) => counted !== made),
  );
  const pending = await blog.sql<{ id: string }>(
    `SELECT id FROM comments.comments WHERE post_id::text IN (${list}) AND status <> 'approved'`,
  );
  holds(pending.length === 0, 'comments knows the verdict on each of its comments', pending.slice(0, 5));

  for (const [schema, type] of APPLIES)
    await checkInbox(context, schema, type, list, log.filter((event) => event.type === type).length);
  const letters = await blog.sql<{ subscriber: string; error: string }>(
    'SELECT subscriber, error FROM event_bus.dead_letter',
  );
  holds(letters.length === 0, 'nothing is dead-lettered', letters.slice(0, 5));
  return {
    answered202: accepted.length,
    ...(written.size > 0 && { answered201: [...written.values()].reduce((sum, ids) => sum + ids.length, 0) }),
    effects: created.length * APPLIES.length,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    deadLetters: 0,
    secondsToDrain,
    behind: await behind(blog, list),
  };
}

/** The comments that are stored more than once. The writers never write the same text to a post again. */
export async function doubledComments(
  blog: Blog,
  posts: readonly string[],
): Promise<readonly { readonly post: string; readonly content: string; readonly times: number }[]> {
  const list = [...posts, ''].map((post) => `'${post}'`).join();
  return blog.sql(`SELECT post_id AS post, content, count(*)::int AS times FROM comments.comments
    WHERE post_id::text IN (${list}) GROUP BY post_id, content HAVING count(*) > 1`);
}

/** Checks that every accepted event is in the log once, and in the order of the writer for each post. */
function checkLog(
  created: readonly Stored[],
  accepted: readonly Accepted[],
  written: ReadonlyMap<string, readonly string[]>,
): void {
  const places = new Map<string, number[]>();
  for (const [place, { comment }] of created.entries()) places.set(comment, [...(places.get(comment) ?? []), place]);
  const promised = new Map<string, string[]>([...written].map(([post, ids]) => [post, [...ids]]));
  for (const { post, id } of accepted) promised.set(post, [...(promised.get(post) ?? []), id]);
  for (const [post, ids] of promised) {
    const wrong = ids.filter((id) => places.get(id)?.length !== 1);
    holds(wrong.length === 0, `every accepted event is in the log once (post ${post})`, wrong.slice(0, 5));
    const order = ids.map((id) => places.get(id)![0]!);
    holds(
      order.every((place, i) => i === 0 || place > order[i - 1]!),
      `the log keeps the order of post ${post}`,
      order,
    );
  }
}

/** Checks that a subscriber applied each event once, and in the order of the log for each post. */
async function checkInbox(
  { blog }: Context,
  schema: string,
  type: string,
  list: string,
  expected: number,
): Promise<void> {
  const [seen] = await blog.sql<{
    applied: number;
    disordered: number;
  }>(`SELECT count(*)::int AS applied, (count(*) FILTER (WHERE applied_at < before))::int AS disordered
    FROM (SELECT i.applied_at, lag(i.applied_at) OVER (PARTITION BY e.subject ORDER BY e."offset") AS before
      FROM ${schema}.inbox i JOIN event_bus.event e USING (source, id) WHERE e.subject IN (${list}) AND e.body::json->>'type' = '${type}') t`);
  holds(seen!.applied === expected, `${schema} applied every ${type} once`, { ...seen, expected });
  holds(seen!.disordered === 0, `${schema} applied every ${type} in the order of its post`, seen);
}

function same(what: string, expected: readonly string[], seen: readonly string[]): void {
  const count = (ids: readonly string[]) => {
    const counts = new Map<string, number>();
    for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  };
  const [a, b] = [count(expected), count(seen)];
  const wrong = [...new Set([...a.keys(), ...b.keys()])].filter((id) => a.get(id) !== b.get(id) || a.get(id) !== 1);
  holds(
    wrong.length === 0,
    what,
    wrong.slice(0, 5).map((id) => ({ id, expected: a.get(id) ?? 0, seen: b.get(id) ?? 0 })),
  );
}
