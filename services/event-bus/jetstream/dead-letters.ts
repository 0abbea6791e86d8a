// The dead letters. Each is the last message of its subject, in the stream of the cursors, so that one batch changes a
// cursor and its dead letters. A dead letter that was accepted after a redrive leaves an empty message.
import { isSubscriberName, letterId, parseLetterId } from '../letter.ts';
import type { LetterPlace } from '../letter.ts';
import type { DeadLetter, Death, Log } from '../log.ts';
import { subjectsOf } from './api.ts';
import { entriesAt, toEntry } from './entry.ts';
import type { NatsLink } from './link.ts';
import type { Names } from './names.ts';
import { readLast } from './read.ts';
import { write } from './write.ts';
import type { Write } from './write.ts';

/** `asked`: a redrive was requested. `redriving`: the entry is pending. */
export interface Letter extends Death {
  readonly time: string;
  readonly state: 'dead' | 'asked' | 'redriving';
}

/** A dead letter with its place and the version of its message. */
interface Found extends LetterPlace {
  readonly seq: number;
  readonly letter: Letter;
}

const NONE = 'null';
const AT_ONCE = 100;

export class DeadLetters {
  readonly #link: NatsLink;
  readonly #names: Names;

  constructor(link: NatsLink, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  /** The message for a new dead letter, or for its next state. */
  toStore(subscriber: string, partition: number, letter: Letter): Write {
    return {
      subject: this.#names.letter(subscriber, partition, letter.offset),
      payload: JSON.stringify(letter),
    };
  }

  /** The message for a dead letter that no longer is one. */
  toRemove(place: LetterPlace): Write {
    return { subject: this.#names.letter(place.subscriber, place.partition, place.offset), payload: NONE };
  }

  /** The first dead letters of a cursor that have a redrive request, and whether these are all. */
  async asked(
    subscriber: string,
    partition: number,
    limit: number,
  ): Promise<{ letters: readonly Letter[]; complete: boolean }> {
    const places = await this.places(subscriber, partition);
    const letters: Letter[] = [];
    for await (const { letter } of this.#read(places)) {
      if (letter.state !== 'asked') continue;
      if (letters.length === limit) return { letters, complete: false };
      letters.push(letter);
    }
    return { letters, complete: true };
  }

  /** The places that have a dead letter or had one, in order. */
  async places(subscriber = '*', partition: number | '*' = '*'): Promise<readonly LetterPlace[]> {
    const filter = this.#names.letter(subscriber, partition, '*');
    const found = (await subjectsOf(this.#link, this.#names.cursors, filter)).map(toPlace);
    return found.toSorted(inOrder);
  }

  async all(subscriber: string): Promise<readonly Found[]> {
    const found: Found[] = [];
    for await (const one of this.#read(await this.places(subscriber))) found.push(one);
    return found;
  }

  list: Log['deadLetters'] = async ({ subscriber, after, limit }) => {
    const start = after === undefined ? undefined : parseLetterId(after);
    if ((after !== undefined && !start) || (subscriber !== undefined && !isSubscriberName(subscriber))) return [];
    const places = await this.places(subscriber);
    const found: DeadLetter[] = [];
    let some: Found[] = [];
    const take = async () => {
      found.push(...(await this.#describe(some)));
      some = [];
    };
    for await (const one of this.#read(start ? places.filter((place) => inOrder(start, place) < 0) : places)) {
      some.push(one);
      if (found.length + some.length === limit) break;
      if (some.length === AT_ONCE) await take();
    }
    await take();
    return found;
  };

  find: Log['deadLetter'] = async (letter) => {
    const place = parseLetterId(letter);
    if (!place) return undefined;
    for await (const found of this.#read([place])) return (await this.#describe([found]))[0];
    return undefined;
  };

  /**
   * Only marks the letters. The next worker that claims the cursor makes them pending, because only that worker may
   * change pending entries.
   */
  redrive: Log['redrive'] = async (which) => {
    const place = 'letter' in which ? parseLetterId(which.letter) : undefined;
    if ('letter' in which ? !place : !isSubscriberName(which.subscriber)) return 0;
    const places = place ? [place] : await this.places((which as { subscriber: string }).subscriber);
    const found: Found[] = [];
    for await (const one of this.#read(places)) found.push(one);
    const dead = found.filter(({ letter }) => letter.state === 'dead');
    for (let start = 0; start < dead.length; start += AT_ONCE)
      await Promise.all(dead.slice(start, start + AT_ONCE).map((one) => this.#mark(one)));
    // Later than the marks: a worker that sees this message sees the marks.
    const waiting = found.filter(({ letter }) => letter.state !== 'redriving');
    for (const subject of new Set(waiting.map((one) => this.#names.asked(one.subscriber, one.partition))))
      await write(this.#link, [{ subject, payload: 'asked' }]);
    return found.length;
  };

  /** Changes nothing if another process has changed the letter meanwhile. */
  async #mark({ subscriber, partition, seq, letter }: Found): Promise<void> {
    const marked = this.toStore(subscriber, partition, { ...letter, state: 'asked' });
    await write(this.#link, [{ ...marked, expected: seq }]);
  }

  async *#read(places: readonly LetterPlace[]): AsyncGenerator<Found> {
    for (let start = 0; start < places.length; start += AT_ONCE) {
      const subjects = places
        .slice(start, start + AT_ONCE)
        .map(({ subscriber, partition, offset }) => this.#names.letter(subscriber, partition, offset));
      const messages = await readLast(this.#link, this.#names.cursors, subjects);
      const found = messages
        .filter(({ text }) => text !== NONE)
        .map(({ seq, subject, text }) => ({ ...toPlace(subject), seq, letter: JSON.parse(text) as Letter }));
      yield* found.toSorted(inOrder);
    }
  }

  /** Adds the events. */
  async #describe(found: readonly Found[]): Promise<readonly DeadLetter[]> {
    const partitions = [...new Set(found.map(({ partition }) => partition))];
    const events = new Map<string, { source: string; id: string; body: string }>();
    await Promise.all(
      partitions.map(async (partition) => {
        const offsets = found.filter((one) => one.partition === partition).map(({ offset }) => offset);
        for (const message of await entriesAt(this.#link, this.#names, partition, offsets)) {
          const { offset, source, id, body } = toEntry(message);
          events.set(`${partition}.${offset}`, { source, id, body });
        }
      }),
    );
    return found.flatMap(({ subscriber, partition, offset, letter }) => {
      const event = events.get(`${partition}.${offset}`);
      if (!event) return [];
      const { subject, reason, error, attempts, time, state } = letter;
      const place = { subscriber, partition, offset };
      const redriving = state !== 'dead';
      return { letter: letterId(place), ...place, subject, reason, error, attempts, time, ...event, redriving };
    });
  }
}

function toPlace(subject: string): LetterPlace {
  const [subscriber, partition, offset] = subject.split('.').slice(-3) as [string, string, string];
  return { subscriber, partition: Number(partition), offset: Number(offset) };
}

function inOrder(a: LetterPlace, b: LetterPlace): number {
  if (a.subscriber !== b.subscriber) return a.subscriber < b.subscriber ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}
