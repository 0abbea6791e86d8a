import type { Client } from '../common/client.ts';
import { postEvent } from '../common/post-event.ts';
import type { Entry } from './log.ts';
import type { Outcome } from './round.ts';

/** Delivers one entry and returns the outcome. Never throws. */
export type Deliver = (entry: Entry) => Promise<Outcome>;

/** With these statuses, a subscriber rejects an event permanently. */
const REFUSALS = new Set([400, 413, 422]);
/** With these errors there was no connection, so the event is not the cause. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ECONNECTTIMEOUT',
]);

/** An error as PostgreSQL can store it: short, without NUL and without half of a surrogate pair. */
const storable = (error: string): string => error.slice(0, 500).replaceAll('\0', '\uFFFD').toWellFormed();

export function deliverTo(client: Client, baseUrl: string): Deliver {
  const url = `${baseUrl}/events`;
  return async ({ body, requestid }) => {
    try {
      const answer = await postEvent(client, { url, event: body, requestid, verb: 'deliver' });
      if (answer.status >= 200 && answer.status < 300) return { kind: 'accepted' };
      const error = storable(`${answer.status} ${answer.body}`);
      if (REFUSALS.has(answer.status)) return { kind: 'refused', error };
      const seconds = Number(answer.headers['retry-after']);
      return { kind: 'failed', error, seen: true, ...(seconds > 0 && { retryAfterMs: seconds * 1_000 }) };
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      return { kind: 'failed', error: storable(message), seen: !NO_CONNECTION.has(code ?? '') };
    }
  };
}
