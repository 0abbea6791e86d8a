// `node event-bus/main.ts move jetstream` and `… move postgres`: moves the log of a running bus to its other place. The
// buses publish and deliver until the last events are copied, then wait some seconds, and continue in the other place. The
// command can be killed and repeated at any moment.
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../common/log.ts';
import type { BusConfig } from './config.ts';
import { AlreadyMoved } from './movable.ts';
import type { LogState, MovableLog, Progress, TimedEntry } from './movable.ts';
import { placesOf } from './places.ts';
import type { Places } from './places.ts';
import { retry as retryUnless } from './retry.ts';

/** The source and the target, by the name of the target. */
const MOVES = { jetstream: ['postgres', 'jetstream'], postgres: ['jetstream', 'postgres'] } as const;
/** When fewer events are missing, buses have to wait until they are copied. */
const NEAR = 200;
/** For this time, the command holds the cursors, so that no bus delivers until the log is closed. */
const HOLD_MS = 30_000;

/** A worker has a cursor for at most one round, or until its lease ends. */
const MOST_WAIT_MS = 180_000;

type Side = NonNullable<Places[keyof Places]>;

/** Why a move would lose something. */
class Refusal extends Error {}

const retry = <T>(work: () => Promise<T>): Promise<T> =>
  retryUnless(work, (error) => error instanceof Refusal || error instanceof AlreadyMoved);

/** Returns the exit code: 0 if the log is in its new place, 1 if it was stopped, 2 if the log cannot be moved. */
export async function move(config: BusConfig, to: string, say: (line: string) => void): Promise<number> {
  if (!Object.hasOwn(MOVES, to)) {
    say(`unknown place: ${to}; expected one of ${Object.keys(MOVES).join(', ')}`);
    return 2;
  }
  // A few connections are enough, because they are in addition to those of the replica.
  const places = placesOf({ ...config, DATABASE_POOL: 4 }, createLog('move', 'silent'));
  const [source, target] = MOVES[to as keyof typeof MOVES].map((name) => places[name]);
  if (!source || !target) {
    say('the bus needs both logs: set EVENT_LOG_SERVERS, and DATABASE_HOST or DATABASE_URL');
    return 2;
  }
  try {
    source.connect();
    target.connect();
    return await moveBetween(source, target, say);
  } catch (error) {
    if (error instanceof AlreadyMoved) {
      say(`another command has moved the log to ${target.name}`);
      return 0;
    }
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    return 2;
  } finally {
    await Promise.all([source.storage.close(), target.storage.close()]);
  }
}

async function moveBetween(source: Side, target: Side, say: (line: string) => void): Promise<number> {
  const [from, to] = [source.movable, target.movable];
  const states = [await retry(() => from.state()), await retry(() => to.state())] as const;
  if (states[1] === 'open' && states[0] !== 'open') {
    say(`the log is in ${target.name} already`);
    return 0;
  }
  refuseOthers(states, source, target, await retry(() => to.heads()));
  say(`copying events to ${target.name}`);
  const copy = new Copy(source, target, say);
  // These events are deleted if they cannot stay, so they must be in the source.
  if (states[1] !== 'none') await retry(() => copy.compare());
  await retry(() => to.prepare());
  // Until little is missing, or until events are published faster than they are copied.
  for (let before = Infinity, missing = before; ; before = missing) {
    missing = await retry(() => copy.run());
    if (missing <= NEAR || missing > before / 2) break;
  }

  const began = Date.now();
  say(`${source.name} accepts no more events: publishers wait`);
  await retry(() => from.closeForEvents());
  await holdAll(source);
  await retry(() => from.closeForDelivery());
  await retry(() => copy.run());
  const progress = await retry(() => from.progress());
  await retry(() => to.openWith(progress));
  const { events } = copy;
  say(`${events} events, ${summary(progress)}`);
  say(`the log is in ${target.name}, after a pause of ${Math.ceil((Date.now() - began) / 1_000)} s`);
  return 0;
}

function refuseOthers(
  [from, to]: readonly [LogState, LogState],
  source: Side,
  target: Side,
  heads: readonly number[],
): void {
  const stored = heads.reduce((sum, head) => sum + head, 0);
  // A log in PostgreSQL is open when its tables are created.
  if (to === 'open' && (target.name === 'JetStream' || stored > 0))
    throw new Refusal(
      `buses use the log in ${target.name} too, so its events and those of ${source.name} have no order`,
    );
  if (from === 'none' || from === 'filling')
    throw new Refusal(`there is no log in ${source.name}, or a move to it is not finished: finish that move first`);
  if (from === 'closed' && to === 'none')
    throw new Refusal(`the log has moved to ${target.name} before, but there it is missing`);
  if (from === 'closed' && to === 'closed' && target.name === 'JetStream')
    throw new Refusal(`a move from ${target.name} to ${source.name} is not finished: finish that move first`);
}

/**
 * The holder of the cursors. All commands are one holder, so that a command that is repeated does not wait for the leases of
 * the one that was killed.
 */
const HOLDER = '6f1d6a52-6d0e-4b3c-9d55-0c2a4f9e7b10';

/** Waits until no worker has a cursor, and takes all cursors. If the cursors are closed, nobody has one. */
async function holdAll(side: Side): Promise<void> {
  const { movable } = side;
  const { replayCursors } = side.open();
  const hold = async () => {
    for (const name of await movable.subscribers())
      if (!(await replayCursors.hold(name, HOLDER, HOLD_MS))) return false;
    return true;
  };
  for (const end = Date.now() + MOST_WAIT_MS; !(await retry(() => movable.isClosedForDelivery())); await sleep(50)) {
    if (await hold().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`buses still deliver from ${side.name}`);
  }
}

/** Copies events, and compares those that both logs have. */
class Copy {
  readonly #source: Side;
  readonly #target: Side;
  readonly #say: (line: string) => void;
  /** The last offset of each partition up to which both logs have the same events. */
  readonly #same: number[] = [];
  #said = Date.now();

  constructor(source: Side, target: Side, say: (line: string) => void) {
    this.#source = source;
    this.#target = target;
    this.#say = say;
  }

  get events(): number {
    return this.#same.reduce((sum, offset) => sum + offset, 0);
  }

  /** Throws if the target has an event that the source does not have at the same place. */
  async compare(): Promise<void> {
    const [heads, targetHeads] = await this.#heads();
    for (const [partition, head] of targetHeads.entries()) {
      if (head > heads[partition]!) throw this.#otherEvents(partition, heads[partition]! + 1);
      while (this.#at(partition) < head) {
        const offset = this.#at(partition);
        const known = await read(this.#source.movable, partition, offset);
        const there = await read(this.#target.movable, partition, offset);
        const both = there.slice(0, known.length);
        for (const [place, { source, id }] of both.entries())
          if (source !== known[place]!.source || id !== known[place]!.id)
            throw this.#otherEvents(partition, offset + place + 1);
        this.#same[partition] = offset + both.length;
      }
    }
  }

  /** Copies what is missing. Returns how many events were. */
  async run(): Promise<number> {
    const [heads] = await this.#heads();
    // The target may be new, or an answer of it was lost.
    this.#same.length = 0;
    const { movable } = this.#target;
    const stored = await movable.heads();
    for (const [partition, head] of stored.entries()) this.#same[partition] = head;
    const total = heads.reduce((sum, head) => sum + head, 0);
    const missing = total - this.events;
    for (const [partition, head] of heads.entries()) {
      while (this.#at(partition) < head) {
        const offset = this.#at(partition);
        const entries = await read(this.#source.movable, partition, offset);
        await movable.store(partition, offset, entries);
        this.#same[partition] = offset + entries.length;
        this.#report(total);
      }
    }
    return missing;
  }

  #at(partition: number): number {
    return this.#same[partition] ?? 0;
  }

  async #heads(): Promise<readonly [readonly number[], readonly number[]]> {
    const heads = [await this.#source.movable.heads(), await this.#target.movable.heads()] as const;
    if (heads[0].length !== heads[1].length)
      throw new Refusal('the logs have different numbers of partitions, so offsets would change');
    return heads;
  }

  #otherEvents(partition: number, offset: number): Refusal {
    const { name } = this.#target;
    return new Refusal(
      `${name} has another event than ${this.#source.name} at offset ${offset} of partition ${partition}, so nothing was changed`,
    );
  }

  #report(total: number): void {
    if (Date.now() - this.#said < 500) return;
    this.#said = Date.now();
    this.#say(`${this.events} of ${total} events are in ${this.#target.name}`);
  }
}

/** Reads at least one entry. A replica of a stream may not have the newest ones yet. */
async function read(log: MovableLog, partition: number, offset: number): Promise<readonly TimedEntry[]> {
  const entries = await log.entriesAfter(partition, offset);
  if (entries[0]?.offset !== offset + 1 || entries.at(-1)!.offset !== offset + entries.length)
    throw new Error(`partition ${partition} cannot be read completely after offset ${offset}`);
  return entries;
}

function summary({ cursors, letters }: Progress): string {
  const pending = cursors.reduce((sum, { state }) => sum + state.pending.length, 0);
  const subscribers = new Set(cursors.map(({ subscriber }) => subscriber)).size;
  return `${subscribers} subscribers with ${pending} pending entries and ${letters.length} dead letters`;
}
