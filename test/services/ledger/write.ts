// Writers of posts and comments, as careful clients: each repeats a write with the same key until it gets 201.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../../services/common/client.ts';
import type { Answer } from '../../../services/common/client.ts';

/** A write that was answered with 201. Each text is written once. */
export interface Written {
  /** The id of the answer. */
  readonly id: string;
  /** The post of a comment. */
  readonly postId?: string;
  readonly text: string;
}

export interface WriterOptions {
  readonly postsUrl: string;
  readonly commentsUrl: string;
  readonly writers: number;
  /** The pause between two writes of a writer. */
  readonly pauseMs: number;
  /** Ends the writers. Each first repeats its last write until it is answered. */
  readonly stop: AbortSignal;
  /** False: without keys, as a negative control. @default true */
  readonly keyed?: boolean;
}

export interface WriteCounts {
  /** Requests that were not answered with 201, and repeated. */
  repeated: number;
  /** Writes that an earlier request had stored without an answer. */
  replayed: number;
}

/** Each writer writes a post, and then comments on it, one after the other. */
export async function writeAll(options: WriterOptions, counts: WriteCounts): Promise<Written[]> {
  const written: Written[] = [];
  // Each request has its own connection, so that a lost answer belongs to one request.
  const client = new Client({ timeoutMs: 3_000 });
  const write = async (url: string, body: object): Promise<string> => {
    const headers = {
      'content-type': 'application/json',
      connection: 'close',
      ...(options.keyed !== false && { 'idempotency-key': `"${randomUUID()}"` }),
    };
    for (;;) {
      const answer = await client.post(url, JSON.stringify(body), headers).catch((): undefined => undefined);
      if (answer?.status === 201) {
        if (answer.headers['idempotent-replayed'] === 'true') counts.replayed++;
        return (JSON.parse(answer.body) as { id: string }).id;
      }
      if (answer && !isTemporary(answer)) throw new Error(`a write was answered ${answer.status}: ${answer.body}`);
      counts.repeated++;
      await sleep(20 + Math.random() * 80);
    }
  };
  const writer = async (name: number) => {
    const title = `Post ${name} ${randomUUID()}`;
    const postId = await write(`${options.postsUrl}/posts`, { title });
    written.push({ id: postId, text: title });
    for (let n = 1; !options.stop.aborted; n++) {
      const text = `Comment ${n} on ${postId}`;
      const id = await write(`${options.commentsUrl}/comments/${postId}`, { content: text });
      written.push({ id, postId, text });
      await sleep(options.pauseMs);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.writers }, (_, name) => writer(name)));
  } finally {
    client.close();
  }
  return written;
}

function isTemporary({ status, body }: Answer): boolean {
  // A gateway answers 502 or 504 itself, if a replica is killed during the request.
  return [502, 503, 504].includes(status) || (status === 409 && body.includes('request_in_progress'));
}
