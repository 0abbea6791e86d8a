// Compares the tables of posts and comments with the writes that were answered with 201.
import { query } from './audit.ts';
import type { Written } from './write.ts';

/** Returns the problems: each write must be stored once, with the answered id, and in the order of its writer. */
export async function auditWrites(url: string, written: readonly Written[]): Promise<string[]> {
  const stored = await query<{ id: string; text: string }>(
    url,
    `(SELECT id, title AS text FROM posts.posts ORDER BY seq) UNION ALL (SELECT id, content FROM comments.comments ORDER BY seq)`,
  );
  const places = new Map<string, { id: string; place: number }[]>();
  for (const [place, { id, text }] of stored.entries()) places.set(text, [...(places.get(text) ?? []), { id, place }]);
  const problems: string[] = [];
  const last = new Map<string, number>();
  for (const { id, postId, text } of written) {
    const rows = places.get(text) ?? [];
    if (rows.length === 0) problems.push(`lost: ${text}`);
    if (rows.length > 1) problems.push(`doubled: ${text} is stored ${rows.length} times`);
    const row = rows.find((one) => one.id === id);
    if (rows.length > 0 && !row) problems.push(`wrong answer: ${text} is stored with another id`);
    if (postId === undefined || !row) continue;
    if (row.place < (last.get(postId) ?? -1)) problems.push(`out of order: ${text}`);
    last.set(postId, row.place);
  }
  // Each stored post and comment has one event.
  const events = await query<{ id: string; n: number }>(
    url,
    `SELECT body::json->'data'->>'id' AS id, count(*)::int AS n FROM event_bus.event
    WHERE source IN ('/posts', '/comments') GROUP BY 1`,
  );
  const published = new Map(events.map(({ id, n }) => [id, n]));
  const wrong = stored.filter(({ id }) => published.get(id) !== 1);
  if (wrong.length > 0 || published.size !== stored.length)
    problems.push(`${stored.length} rows have ${published.size} events, wrong ones: ${wrong.length}`);
  const unknown = [...places.keys()].filter((text) => !written.some((one) => one.text === text));
  if (unknown.length > 0) problems.push(`unknown: ${unknown.length} texts were never answered, such as ${unknown[0]}`);
  return problems;
}
