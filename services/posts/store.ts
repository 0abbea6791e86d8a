// The posts, and the number of approved comments of each.
import { randomUUID } from 'node:crypto';
import { IDEMPOTENCY_TABLES } from '../common/idempotency.ts';
import { INBOX_TABLES } from '../common/inbox.ts';
import { addToOutbox, OUTBOX_TABLES } from '../common/outbox.ts';
import type { Database, Queryable } from '../common/database.ts';
import { newEvent } from '../common/events.ts';
import type { CommentModerated, PostCreated } from '../common/blog.ts';

export const MIGRATIONS = [
  `${OUTBOX_TABLES} ${INBOX_TABLES}
  CREATE TABLE posts (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    title text NOT NULL,
    comment_count int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
  );`,
  IDEMPOTENCY_TABLES,
];

export interface Post {
  readonly id: string;
  readonly title: string;
  readonly commentCount: number;
  readonly createdAt: Date;
}

const POST_COLUMNS = 'id, title, comment_count AS "commentCount", created_at AS "createdAt"';

export function newPost(title: string): Post {
  return { id: randomUUID(), title, commentCount: 0, createdAt: new Date() };
}

/** Stores a post and its event. */
export async function createPost(tx: Queryable, { id, title, createdAt }: Post, requestid: string): Promise<void> {
  await tx.query({
    name: 'create post',
    text: 'INSERT INTO posts (id, title, created_at) VALUES ($1, $2, $3)',
    values: [id, title, createdAt],
  });
  const data: PostCreated = { id, title };
  await addToOutbox(
    tx,
    newEvent({ source: '/posts', type: 'PostCreated', subject: id, data, requestid, time: createdAt }),
  );
}

/** Lists the posts, newest first, starting after the post `after`. */
export async function listPosts(database: Database, limit: number, after?: string): Promise<Post[]> {
  const older = after === undefined ? '' : 'WHERE seq < (SELECT seq FROM posts WHERE id = $2)';
  const values = after === undefined ? [limit] : [limit, after];
  return (await database.read<Post>(`SELECT ${POST_COLUMNS} FROM posts ${older} ORDER BY seq DESC LIMIT $1`, values))
    .rows;
}

export async function findPost(database: Database, id: string): Promise<Post | undefined> {
  return (await database.read<Post>(`SELECT ${POST_COLUMNS} FROM posts WHERE id = $1`, [id])).rows[0];
}

/** Counts an approved comment. The inbox calls it once per event. Ignores comments on unknown posts. */
export async function countComment(tx: Queryable, { postId, status }: CommentModerated): Promise<void> {
  if (status !== 'approved') return;
  await tx.query('UPDATE posts SET comment_count = comment_count + 1 WHERE id = $1', [postId]);
}
