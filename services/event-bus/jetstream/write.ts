import { randomUUID } from 'node:crypto';
import { errorOf } from './api.ts';
import type { ApiError } from './api.ts';
import type { NatsLink } from './link.ts';

export interface Write {
  readonly subject: string;
  readonly payload: string;
  /**
   * The sequence of the last message of the subject, 0 if there is none. If it is another one, nothing is stored.
   */
  readonly expected?: number;
}

/** A stream accepts batches of at most this many messages, unless its server is configured otherwise. */
export const MAX_MESSAGES = 1_000;

/** Another message of the subject is stored already, or is being stored. */
const REFUSED = new Set([10_071, 10_164]);

/**
 * Stores all messages or none, in one stream, in order. Returns the sequence of the last message, or undefined if the
 * stream has other messages than expected. Resolves when a majority of the replicas has the messages.
 */
export async function write(link: NatsLink, writes: readonly Write[]): Promise<number | undefined> {
  const batch = randomUUID();
  const answer = await link.send(
    writes.map(({ subject, payload, expected }, index) => ({
      subject,
      payload,
      headers: {
        ...(expected !== undefined && { 'Nats-Expected-Last-Subject-Sequence': String(expected) }),
        ...(writes.length > 1 && { 'Nats-Batch-Id': batch, 'Nats-Batch-Sequence': String(index + 1) }),
        ...(writes.length > 1 && index === writes.length - 1 && { 'Nats-Batch-Commit': '1' }),
      },
    })),
  );
  const { seq, error } = answer.json<{ seq?: number; error?: ApiError }>();
  if (error && REFUSED.has(error.err_code ?? 0)) return undefined;
  if (error || seq === undefined) throw errorOf(error ?? { code: 500, description: 'no sequence' });
  return seq;
}
