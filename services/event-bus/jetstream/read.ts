// Reads messages from a stream. Any replica of the stream answers, so a read may miss the newest messages for a moment.
// But every message that it returns is stored by a majority of the replicas, and stays.
import type { Msg } from '@nats-io/transport-node';
import { errorOf } from './api.ts';
import type { NatsLink } from './link.ts';

export interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  readonly text: string;
}

interface Range {
  readonly messages: readonly StoredMessage[];
  /** How many messages follow. */
  readonly pending: number;
  /** The sequence of the last message of the range. */
  readonly last: number;
}

/** The server answers at most 1,024 messages to one request for the last messages of subjects. */
const SUBJECTS_AT_ONCE = 500;

const direct = (stream: string) => `$JS.API.DIRECT.GET.${stream}`;

/** Reads messages in the order of sequences, from `seq`. Undefined if there are none. */
export async function readRange(
  link: NatsLink,
  stream: string,
  range: { readonly seq: number; readonly filter?: string; readonly limit: number; readonly bytes?: number },
): Promise<Range | undefined> {
  const { seq, filter, limit, bytes } = range;
  const body = { seq, next_by_subj: filter, batch: limit, max_bytes: bytes };
  const answers = await link.requestMany(direct(stream), JSON.stringify(body));
  const end = answers.at(-1)!;
  if (isMissing(end)) return undefined;
  return {
    messages: answers.slice(0, -1).map(toStored),
    pending: numberIn(end, 'Nats-Num-Pending'),
    last: numberIn(end, 'Nats-Last-Sequence'),
  };
}

/** The last messages of subjects, which can have wildcards, in the order of sequences. */
export async function readLast(
  link: NatsLink,
  stream: string,
  subjects: readonly string[],
): Promise<readonly StoredMessage[]> {
  const found: StoredMessage[] = [];
  for (let start = 0; start < subjects.length; start += SUBJECTS_AT_ONCE) {
    const body = { multi_last: subjects.slice(start, start + SUBJECTS_AT_ONCE) };
    const answers = await link.requestMany(direct(stream), JSON.stringify(body));
    if (!isMissing(answers.at(-1)!)) found.push(...answers.slice(0, -1).map(toStored));
  }
  return found;
}

/** Whether the status says that there is no such message. Throws if it says anything else but the end. */
function isMissing({ headers }: Msg): boolean {
  if (headers?.code === 404) return true;
  if (headers?.code === 204) return false;
  throw errorOf({ code: headers?.code ?? 500, description: headers?.description ?? 'no status' });
}

const numberIn = ({ headers }: Msg, name: string): number => Number(headers?.get(name));

const toStored = (message: Msg): StoredMessage => ({
  seq: numberIn(message, 'Nats-Sequence'),
  subject: message.headers!.get('Nats-Subject'),
  time: message.headers!.get('Nats-Time-Stamp'),
  text: message.string(),
});
