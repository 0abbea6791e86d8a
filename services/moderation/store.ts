// The verdicts: one for each comment. They never change.
import type { CommentCreated, CommentModerated, Verdict } from '../common/blog.ts';
import type { Queryable } from '../common/database.ts';
import { newEvent } from '../common/events.ts';
import type { BlogEvent } from '../common/events.ts';
import { INBOX_TABLES } from '../common/inbox.ts';
import { addToOutbox, OUTBOX_TABLES } from '../common/outbox.ts';

export const MIGRATIONS = [
  `${OUTBOX_TABLES} ${INBOX_TABLES}
  CREATE TABLE verdicts (
    comment_id uuid PRIMARY KEY,
    post_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('approved', 'rejected')),
    decided_at timestamptz NOT NULL
  );`,
];

/** Stores the verdict and its event. If the comment already has a verdict, nothing changes and nothing is published. */
export async function decide(
  tx: Queryable,
  { data, requestid }: BlogEvent<CommentCreated>,
  status: Verdict,
): Promise<void> {
  const { id, postId } = data;
  const time = new Date();
  const { rowCount } = await tx.query({
    name: 'decide',
    text: 'INSERT INTO verdicts (comment_id, post_id, status, decided_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    values: [id, postId, status, time],
  });
  if (rowCount === 0) return;
  const moderated: CommentModerated = { id, postId, status };
  await addToOutbox(
    tx,
    newEvent({ source: '/moderation', type: 'CommentModerated', subject: postId, data: moderated, requestid, time }),
  );
}
