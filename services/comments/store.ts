// The comments, and the moderation status of each.
import { randomUUID } from 'node:crypto';
import type { CommentCreated, CommentModerated, CommentStatus } from '../common/blog.ts';
import type { Database, Queryable } from '../common/database.ts';
import { newEvent } from '../common/events.ts';
import { IDEMPOTENCY_TABLES } from '../common/idempotency.ts';
import { INBOX_TABLES } from '../common/inbox.ts';
import { addToOutbox, OUTBOX_TABLES } from '../common/outbox.ts';

export const MIGRATIONS = [
  `${OUTBOX_TABLES} ${INBOX_TABLES}
  CREATE TABLE comments (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    post_id uuid NOT NULL,
    content text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
    created_at timestamptz NOT NULL
  );
  CREATE INDEX comments_post ON comments (post_id, seq);`,
  IDEMPOTENCY_TABLES,
];

export interface Comment {
  readonly id: string;
  readonly postId: string;
  /** Null until the comment is approved. */
  readonly content: string | null;
  readonly status: CommentStatus;
  readonly createdAt: Date;
}

/** A comment as its author sees it. */
export interface StoredComment extends Comment {
  readonly content: string;
}

export function newComment(postId: string, content: string): StoredComment {
  return { id: randomUUID(), postId, content, status: 'pending', createdAt: new Date() };
}

/** Stores a comment and its event. Does not check whether the post exists. */
export async function createComment(
  tx: Queryable,
  { id, postId, content, createdAt }: StoredComment,
  requestid: string,
): Promise<void> {
  await tx.query({
    name: 'create comment',
    text: 'INSERT INTO comments (id, post_id, content, created_at) VALUES ($1, $2, $3, $4)',
    values: [id, postId, content, createdAt],
  });
  const data: CommentCreated = { id, postId, content };
  await addToOutbox(
    tx,
    newEvent({ source: '/comments', type: 'CommentCreated', subject: postId, data, requestid, time: createdAt }),
  );
}

/** Lists the comments of a post, oldest first, starting after the comment `after`. */
export async function listComments(
  database: Database,
  postId: string,
  limit: number,
  after?: string,
): Promise<Comment[]> {
  const newer = after === undefined ? '' : 'AND seq > (SELECT seq FROM comments WHERE id = $3)';
  const { rows } = await database.read<Comment>(
    `SELECT id, post_id AS "postId", CASE WHEN status = 'approved' THEN content END AS content, status, created_at AS "createdAt"
     FROM comments WHERE post_id = $1 ${newer} ORDER BY seq LIMIT $2`,
    after === undefined ? [postId, limit] : [postId, limit, after],
  );
  return rows;
}

export async function setStatus(tx: Queryable, { id, status }: CommentModerated): Promise<void> {
  await tx.query('UPDATE comments SET status = $2 WHERE id = $1', [id, status]);
}
