import type { Entry } from '../log.ts';
import type { KnownCursor } from './cursors.ts';
import type { DeadLetters } from './dead-letters.ts';
import { entriesAt, toEntry } from './entry.ts';
import type { NatsLink } from './link.ts';
import type { Names } from './names.ts';

export interface ControlParts {
  readonly link: NatsLink;
  readonly names: Names;
  readonly letters: DeadLetters;
  readonly subscriber: string;
  readonly cursors: readonly KnownCursor[];
}

const CONTROLS = 3;

/** The newest entries that the subscriber has accepted, at most one of each partition. */
export async function controlsOf({ link, names, letters, subscriber, cursors }: ControlParts): Promise<Entry[]> {
  const hasLetters = cursors.some(({ cursor }) => cursor.dead > 0);
  const places = hasLetters ? await letters.places(subscriber) : [];
  const found = await Promise.all(
    cursors.map(async ({ partition, cursor: { state } }) => {
      const dead = places.filter((place) => place.partition === partition);
      const undecided = new Set([...dead, ...state.pending].map(({ offset }) => offset));
      let offset = state.position;
      while (undecided.has(offset)) offset--;
      return offset > 0 ? entriesAt(link, names, partition, [offset]) : [];
    }),
  );
  return found
    .flat()
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time))
    .slice(0, CONTROLS)
    .map(toEntry);
}
