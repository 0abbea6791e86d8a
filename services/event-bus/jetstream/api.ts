// Requests to JetStream, and its errors. A temporary error becomes `Unavailable`; any other error is a bug.
import { Unavailable } from '../../common/errors.ts';
import type { NatsLink } from './link.ts';

export interface ApiError {
  readonly code: number;
  readonly err_code?: number;
  readonly description?: string;
}

/** JetStream refused a request, and would refuse it again. */
export class JetStreamError extends Error {
  readonly code: number;

  constructor({ code, err_code = code, description = '' }: ApiError) {
    super(`JetStream refused a request: ${description} (${err_code})`);
    this.name = 'JetStreamError';
    this.code = err_code;
  }
}

/**
 * 10176: a message of a batch did not arrive, so nothing was stored. 10109: the stream is sealed, because the log has moved.
 * The other log stores the event.
 */
const TEMPORARY = new Set([10_176, 10_109]);

/** 429: too many batches at once. 5xx: no leader, no quorum, not enough disk. */
export function errorOf(error: ApiError): Error {
  const refused = new JetStreamError(error);
  const isTemporary = error.code === 429 || error.code >= 500 || TEMPORARY.has(refused.code);
  return isTemporary ? new Unavailable('the log is unavailable', refused) : refused;
}

export async function callApi<T = object>(link: NatsLink, call: string, body: object = {}): Promise<T> {
  const answer = (await link.request(`$JS.API.${call}`, JSON.stringify(body))).json<T & { error?: ApiError }>();
  if (answer.error) throw errorOf(answer.error);
  return answer;
}

export interface StreamInfo {
  /** The time of the server that leads the stream (RFC 3339). */
  readonly ts: string;
  readonly state: { readonly subjects?: Readonly<Record<string, number>>; readonly last_seq: number };
  readonly config: { readonly sealed?: boolean; readonly metadata?: Readonly<Record<string, string>> };
}

const NO_STREAM = 10_059;

/** The answer of the leader of a stream. Undefined if there is no such stream. */
export async function infoOf(link: NatsLink, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await callApi<StreamInfo>(link, `STREAM.INFO.${stream}`);
  } catch (error) {
    if (error instanceof JetStreamError && error.code === NO_STREAM) return undefined;
    throw error;
  }
}

/** The subjects of a stream that match a filter. */
export async function subjectsOf(link: NatsLink, stream: string, filter: string): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const body = { subjects_filter: filter, offset: found.length };
    const info = await callApi<StreamInfo & { total?: number }>(link, `STREAM.INFO.${stream}`, body);
    const page = Object.keys(info.state.subjects ?? {});
    found.push(...page);
    if (page.length === 0 || found.length >= (info.total ?? 0)) return found;
  }
}
