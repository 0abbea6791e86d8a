import type { LetterPlace } from '../letter.ts';
import type { Progress, ReplayCursors } from '../replay-cursors.ts';
import { callApi, subjectsOf } from './api.ts';
import type { Claims } from './claims.ts';
import type { Cursor, Cursors, KnownCursor } from './cursors.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Heads } from './heads.ts';
import type { NatsLink } from './link.ts';
import { PARTITIONS } from './names.ts';
import type { Names } from './names.ts';
import { readLast } from './read.ts';
import { write } from './write.ts';
import type { Write } from './write.ts';

export interface ReplayParts {
  readonly link: NatsLink;
  readonly names: Names;
  readonly claims: Claims;
  readonly cursors: Cursors;
  readonly heads: Heads;
  readonly letters: DeadLetters;
}

const AT_ONCE = 500;

export class JetStreamReplay implements ReplayCursors {
  readonly #parts: ReplayParts;
  /** The versions that `hold` has written last. Nobody else changes a cursor while it is held. */
  #held: readonly KnownCursor[] = [];

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  async progress(replay: string): Promise<Progress> {
    const { heads } = this.#parts;
    const [cursors] = await Promise.all([this.#read(replay), heads.refreshAll()]);
    const sum = (of: (cursor: Cursor, partition: number) => number) =>
      [...cursors].reduce((total, [partition, cursor]) => total + of(cursor, partition), 0);
    return {
      cursors: cursors.size,
      delivered: sum(({ state }) => state.position - state.pending.length),
      published: sum((_, partition) => heads.of(partition)),
      deadLetters: sum(({ dead }) => dead),
    };
  }

  async forgetOthers(subscriber: string, replay: string): Promise<void> {
    const { link, names } = this.#parts;
    const filters = [names.cursor('*', '*'), names.letter('*', '*', '*')];
    const lists = await Promise.all(filters.map((filter) => subjectsOf(link, names.cursors, filter)));
    const [cursors, letters] = lists as [string[], string[]];
    const owners = new Set([
      ...cursors.map((subject) => subject.split('.').at(-2)!),
      ...letters.map((subject) => subject.split('.').at(-3)!),
    ]);
    for (const owner of owners) if (owner.startsWith(`${subscriber}@`) && owner !== replay) await this.#forget(owner);
  }

  async hold(subscriber: string, holder: string, leaseMs: number): Promise<boolean> {
    const { claims, cursors } = this.#parts;
    await claims.refresh();
    const free = cursors
      .of(subscriber)
      .filter((known) => known.cursor.lease?.holder === holder || claims.isFree(subscriber, known));
    const held = await Promise.all(
      free.map((known) =>
        cursors.replace(subscriber, known, { ...known.cursor, lease: claims.lease(holder, leaseMs) }),
      ),
    );
    this.#held = held.filter((known) => known !== undefined);
    return this.#held.length === PARTITIONS;
  }

  async letGo(subscriber: string, holder: string): Promise<void> {
    const { claims, cursors } = this.#parts;
    await claims.refresh();
    const ours = cursors.of(subscriber).filter(({ cursor }) => cursor.lease?.holder === holder);
    await Promise.all(ours.map((known) => cursors.replace(subscriber, known, { ...known.cursor, lease: null })));
  }

  async hasCaughtUp(_: string, replay: string): Promise<boolean> {
    const cursors = await this.#read(replay);
    return this.#held.every(({ partition, cursor: { state } }) => {
      const other = cursors.get(partition)?.state;
      return other !== undefined && other.position >= state.position && other.pending.length === 0;
    });
  }

  /**
   * Not one transaction: a replay can have more dead letters than a batch. Every step can be repeated, and the cursors of
   * the replay are deleted after the steps that need them. So a command that is repeated finishes the rest.
   */
  async finish(subscriber: string, replay: string, holder: string): Promise<boolean> {
    const { letters, cursors } = this.#parts;
    // Each time for long enough to store one batch.
    const isHeld = () => this.hold(subscriber, holder, 10_000);
    if (!(await isHeld()) || !(await this.hasCaughtUp(subscriber, replay))) return false;
    const [old, found] = [await letters.all(subscriber), await letters.all(replay)];
    const kept = old.filter(({ letter }) => letter.state !== 'dead');
    const keptPlaces = new Set(kept.map(placeOf));
    const moved = found.filter((one) => !keptPlaces.has(placeOf(one)));
    const newPlaces = new Set([...kept, ...moved].map(placeOf));
    const writes: readonly Write[] = [
      ...old.filter((one) => !newPlaces.has(placeOf(one))).map((one) => letters.toRemove(one)),
      ...moved.map(({ partition, letter }) => letters.toStore(subscriber, partition, { ...letter, state: 'dead' })),
    ];
    for (let start = 0; start < writes.length; start += AT_ONCE) {
      if (!(await isHeld())) return false;
      await write(this.#parts.link, writes.slice(start, start + AT_ONCE));
    }
    if (!(await isHeld())) return false;
    for (const known of this.#held) {
      const dead = new Set(
        [...kept, ...found].filter(({ partition }) => partition === known.partition).map(({ offset }) => offset),
      );
      if (!(await cursors.replace(subscriber, known, { ...known.cursor, dead: dead.size }))) return false;
    }
    await this.#forget(replay);
    await this.letGo(subscriber, holder);
    return true;
  }

  /** The cursors first: without them, a replay is finished. */
  async #forget(replay: string): Promise<void> {
    const { link, names } = this.#parts;
    for (const filter of [names.cursor(replay, '*'), names.asked(replay, '*'), names.letter(replay, '*', '*')])
      await callApi(link, `STREAM.PURGE.${names.cursors}`, { filter });
  }

  async #read(subscriber: string): Promise<ReadonlyMap<number, Cursor>> {
    const { link, names } = this.#parts;
    const messages = await readLast(link, names.cursors, [names.cursor(subscriber, '*')]);
    return new Map(
      messages.map(({ subject, text }) => [Number(subject.split('.').at(-1)), JSON.parse(text) as Cursor]),
    );
  }
}

const placeOf = ({ partition, offset }: LetterPlace): string => `${partition}.${offset}`;
