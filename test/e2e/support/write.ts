import { randomUUID } from 'node:crypto';
import type { Gateway } from './gateway';
import { Broken } from './promise';
import { sleep } from './until';

export interface WriteOptions {
  /** The `Idempotency-Key`, or `none` as a negative control. @default a new key */
  readonly key?: string;
  /** Discards the first answer, as if the connection was lost. @default false */
  readonly losesAnswer?: boolean;
  /** How long to repeat. @default 180 */
  readonly seconds?: number;
  /** Called for each answer other than 201. The status is 0 if there was none. */
  readonly refused?: (status: number, text: string) => void;
}

export interface Write {
  readonly id: string;
  /** True if an earlier request had stored it. */
  readonly replayed: boolean;
}

export const keyHeader = (key: string): Record<string, string> => ({ 'idempotency-key': `"${key}"` });

/** Answers after which the client repeats its request: none, from a gateway without a replica, or temporary ones. */
const TEMPORARY = new Set([0, 502, 503, 504]);

/** Writes like a careful client: repeats the request with its key, and obeys Retry-After, until it gets 201. */
export async function writeOnce(
  gateway: Gateway,
  path: string,
  body: object,
  { key = randomUUID(), losesAnswer = false, seconds = 180, refused }: WriteOptions = {},
): Promise<Write> {
  const headers = key === 'none' ? {} : keyHeader(key);
  const end = Date.now() + seconds * 1_000;
  for (let attempt = 1; ; attempt++) {
    const answer = await gateway.ask(path, { body, headers });
    if (answer.status === 201 && attempt === 1 && losesAnswer) continue;
    if (answer.status === 201)
      return {
        id: (JSON.parse(answer.text) as { id: string }).id,
        replayed: answer.headers['idempotent-replayed'] === 'true',
      };
    refused?.(answer.status, answer.text);
    const inProgress = answer.status === 409 && answer.text.includes('request_in_progress');
    if (!inProgress && !TEMPORARY.has(answer.status))
      throw new Broken(`Broken: POST ${path} gets 201 or a temporary answer`, answer);
    if (Date.now() > end) throw new Broken(`Broken: POST ${path} gets 201 within ${seconds} s`, answer);
    await sleep(Math.max(500, (Number(answer.headers['retry-after']) || 0) * 1_000));
  }
}
