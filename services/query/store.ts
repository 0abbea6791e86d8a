// The read model. It is built from events only, which may arrive in any order: a comment or a status that arrives
// before its post is stored and shown later. The bus keeps the order of each post, but a redriven event may be late.
import type { CommentCreated, CommentModerated, CommentStatus, PostCreated } from '../common/blog.ts';
import type { Database, Queryable } from '../common/database.ts';
import type { BlogEvent } from '../common/events.ts';
import { INBOX_TABLES } from '../common/inbox.ts';

export const MIGRATIONS = [
  `${INBOX_TABLES}
  CREATE TABLE posts (
    id uuid PRIMARY KEY,
    title text NOT NULL,
    created_at timestamptz NOT NULL
  );
  CREATE INDEX posts_newest ON posts (created_at DESC, id DESC);
  CREATE TABLE comments (
    id uuid PRIMARY KEY,
    post_id uuid NOT NULL,
    content text,
    status text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    created_at timestamptz
  );
  CREATE INDEX comments_post ON comments (post_id, created_at DESC, id DESC);`,
];

interface Comment {
  readonly id: string;
  /** Null until the comment is approved. */
  readonly content: string | null;
  readonly status: CommentStatus;
  readonly createdAt: string;
}

export interface Post {
  readonly id: string;
  readonly title: string;
  readonly createdAt: Date;
  /** The number of approved comments. */
  readonly commentCount: number;
  /** The newest comments, in the order in which they were written. */
  readonly comments: readonly Comment[];
}

const COMMENTS_SHOWN = 100;

export async function addPost(tx: Queryable, { data, time }: BlogEvent<PostCreated>): Promise<void> {
  await tx.query('INSERT INTO posts (id, title, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    data.id,
    data.title,
    time,
  ]);
}

export async function addComment(tx: Queryable, { data, time }: BlogEvent<CommentCreated>): Promise<void> {
  await tx.query(
    `INSERT INTO comments (id, post_id, content, status, created_at) VALUES ($1, $2, $3, 'pending', $4)
     ON CONFLICT (id) DO UPDATE SET content = excluded.content, created_at = excluded.created_at`,
    [data.id, data.postId, data.content, time],
  );
}

export async function moderateComment(tx: Queryable, { data }: BlogEvent<CommentModerated>): Promise<void> {
  await tx.query(
    `INSERT INTO comments (id, post_id, status) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status`,
    [data.id, data.postId, data.status],
  );
}

/**
 * Lists the posts, newest first, starting after the post `after`. One statement reads everything, so the result is
 * consistent.
 */
export async function listPosts(database: Database, limit: number, after?: string): Promise<Post[]> {
  const older =
    after === undefined ? '' : 'WHERE (p.created_at, p.id) < (SELECT created_at, id FROM posts WHERE id = $3)';
  const { rows } = await database.read<Post>(
    `SELECT p.id, p.title, p.created_at AS "createdAt",
       (SELECT count(*)::int FROM comments WHERE post_id = p.id AND status = 'approved' AND created_at IS NOT NULL) AS "commentCount",
       coalesce((
         SELECT json_agg(json_build_object(
           'id', c.id, 'content', CASE WHEN c.status = 'approved' THEN c.content END, 'status', c.status,
           'createdAt', to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
         ) ORDER BY c.created_at, c.id)
         FROM (
           SELECT * FROM comments WHERE post_id = p.id AND created_at IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT $2
         ) c
       ), '[]') AS comments
     FROM posts p ${older} ORDER BY p.created_at DESC, p.id DESC LIMIT $1`,
    after === undefined ? [limit, COMMENTS_SHOWN] : [limit, COMMENTS_SHOWN, after],
  );
  return rows;
}
