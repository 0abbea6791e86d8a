import { createHash } from 'node:crypto';
import { canonicalJson } from '../common/canonical-json.ts';
import type { BlogEvent } from '../common/events.ts';
import type { Publication } from './log.ts';

/** The body is the unchanged text. The digest is a hash of the parsed event. */
export function publicationOf(event: BlogEvent, body: string): Publication {
  const digest = createHash('sha256').update(canonicalJson(event)).digest('base64');
  return { source: event.source, id: event.id, subject: event.subject, requestid: event.requestid, body, digest };
}
