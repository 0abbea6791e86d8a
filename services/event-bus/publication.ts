import { createHash } from 'node:crypto';
import { canonicalJson } from '../common/canonical-json.ts';
import type { BlogEvent } from '../common/events.ts';
import type { Entry, Publication } from './log.ts';

/** The body is the unchanged text. The digest is a hash of the parsed event. */
export function publicationOf(event: BlogEvent, body: string): Publication {
  const { source, id, subject, requestid } = event;
  return { source, id, subject, requestid, body, digest: digestOf(event) };
}

/** The publication of an entry that is stored already. */
export function publicationOfEntry({ source, id, subject, requestid, body }: Entry): Publication {
  return { source, id, subject, requestid, body, digest: digestOf(JSON.parse(body)) };
}

const digestOf = (event: unknown): string => createHash('sha256').update(canonicalJson(event)).digest('base64');
