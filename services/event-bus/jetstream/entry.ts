// The events in the streams of the partitions: a line of JSON with the attributes, then the body as it was published.
import { createHash } from 'node:crypto';
import type { Entry, Publication } from '../log.ts';
import type { NatsLink } from './link.ts';
import type { Names } from './names.ts';
import { readRange } from './read.ts';
import type { StoredMessage } from './read.ts';

/**
 * A hash of the source and the id, as a token of a subject. The server keeps all subjects in memory, so it is short: 144
 * bits. Two events with the same hash would be a conflict, so none would be lost.
 */
export function hashOf({ source, id }: Pick<Publication, 'source' | 'id'>): string {
  return createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest()
    .subarray(0, 18)
    .toString('base64url');
}

export function payloadOf({ source, id, subject, requestid, body }: Publication): string {
  return `${JSON.stringify({ source, id, subject, requestid })}\n${body}`;
}

export function toEntry({ seq, text }: StoredMessage): Entry {
  const end = text.indexOf('\n');
  const attributes = JSON.parse(text.slice(0, end)) as Omit<Entry, 'offset' | 'body'>;
  return { ...attributes, offset: seq, body: text.slice(end + 1) };
}

/** Reads entries by offset, in the order of offsets. Neighbours are one request. */
export async function entriesAt(
  link: NatsLink,
  names: Names,
  partition: number,
  offsets: readonly number[],
): Promise<readonly StoredMessage[]> {
  const runs: { seq: number; limit: number }[] = [];
  for (const offset of [...new Set(offsets)].toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && offset === run.seq + run.limit) run.limit++;
    else runs.push({ seq: offset, limit: 1 });
  }
  const found = await Promise.all(runs.map((run) => readAll(link, names.partition(partition), run)));
  return found.flat();
}

/** Reads a range completely: an answer of the server can end early. */
export async function readAll(
  link: NatsLink,
  stream: string,
  { seq, limit, bytes = Infinity }: { readonly seq: number; readonly limit: number; readonly bytes?: number },
): Promise<readonly StoredMessage[]> {
  const found: StoredMessage[] = [];
  for (let size = 0; found.length < limit && size < bytes;) {
    const left = { seq: seq + found.length, limit: Math.min(limit - found.length, 1_000), bytes: CHUNK_BYTES };
    const range = await readRange(link, stream, left);
    if (!range) break;
    found.push(...range.messages);
    size = found.reduce((sum, { text }) => sum + text.length, 0);
    if (range.pending === 0) break;
  }
  return found;
}

/** The size of one answer of the server. It ends after the message that reaches this size. */
const CHUNK_BYTES = 1024 * 1024;
