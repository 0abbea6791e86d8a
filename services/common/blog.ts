// What the blog's services agree on: the events and the shape of their data. Unknown fields are let pass, so that a
// newer publisher can say more.
import { Type, Uuid, Words } from './schema.ts';
import type { Static } from './schema.ts';

export const Title = () => Words(200);
export const Content = () => Words(5_000);

/** An address of /posts/:id. */
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

/** `?limit=` of a list: text, since nothing is converted on the way in. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9]\\d|100)$', description: 'a number from 1 to 100' })),
    after: Type.Optional(Uuid()),
  },
  { additionalProperties: false },
);
export type PageQuery = Static<typeof PageQuery>;

/** One page of a list, fetched with one row too many: `next` is what to ask for `after`, or null at the end. */
export function page<T extends { id: string }>(
  rows: readonly T[],
  limit: number,
): { items: readonly T[]; next: string | null } {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
