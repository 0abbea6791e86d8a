import { createHash } from 'node:crypto';
import type { BlogEvent } from '../common/events.ts';
import type { Publication } from './log.ts';

/** The body is the unchanged text. The digest is a hash of the parsed event. */
export function publicationOf(event: BlogEvent, body: string): Publication {
  const digest = createHash('sha256').update(canonical(event)).digest('base64');
  return { source: event.source, id: event.id, subject: event.subject, traceid: event.traceid, body, digest };
}

/** JSON with sorted keys. Recursion is safe because parseJson limits the depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}
