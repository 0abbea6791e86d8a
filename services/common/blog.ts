// The contract between the services of the blog: the events and the schema of their data. Unknown fields are allowed,
// so that a newer publisher can add fields.
import { Type, Uuid, Words } from './schema.ts';
import type { Static } from './schema.ts';

export const Title = () => Words(200);
export const Content = () => Words(5_000);

/** The path parameters of /posts/:id. */
export const PostPath = Type.Object({ id: Uuid() });

export const PostCreated = Type.Object({ id: Uuid(), title: Title() });
export type PostCreated = Static<typeof PostCreated>;

export const CommentCreated = Type.Object({ id: Uuid(), postId: Uuid(), content: Content() });
export type CommentCreated = Static<typeof CommentCreated>;

export const CommentModerated = Type.Object({
  id: Uuid(),
  postId: Uuid(),
  status: Type.Union([Type.Literal('approved'), Type.Literal('rejected')]),
});
export type CommentModerated = Static<typeof CommentModerated>;

export type Verdict = CommentModerated['status'];
export type CommentStatus = 'pending' | Verdict;

/** The query of a list. `limit` is text because the validator converts nothing. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9]\\d|100)$', description: 'a number from 1 to 100' })),
    after: Type.Optional(Uuid()),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

/**
 * One page of a list. `rows` has one row more than `limit` if there is another page. `next` is the value of `after` for
 * that page, or null.
 */
export function page<T extends { id: string }>(
  rows: readonly T[],
  limit: number,
): { items: readonly T[]; next: string | null } {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
