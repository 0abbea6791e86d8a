import type { CursorState, DeadLetter, Entry } from './log.ts';

/**
 * What a move from one log to another needs (move.ts). A log that is not open takes no events from buses, and gives them
 * no cursors. At most one of two logs is open. Both have the same partitions and offsets, so the progress of subscribers
 * is valid in both.
 */
export interface MovableLog {
  state(): Promise<LogState>;
  /** The last offset of each partition. */
  heads(): Promise<readonly number[]>;
  /** Entries of a partition after an offset, in order. */
  entriesAfter(partition: number, offset: number): Promise<readonly TimedEntry[]>;

  /**
   * Refuses new events from now on, permanently. When it resolves, every event that was answered is in `heads`. Can be
   * repeated.
   */
  closeForEvents(): Promise<void>;
  /** The subscribers that have cursors, replays included. */
  subscribers(): Promise<readonly string[]>;
  /** Whether `closeForDelivery` was called before, so that the cursors can no longer be held. */
  isClosedForDelivery(): Promise<boolean>;
  /** Refuses every change of the cursors and dead letters, permanently. Call it while all cursors are held. */
  closeForDelivery(): Promise<void>;
  /** Call it when the log is closed for delivery. */
  progress(): Promise<Progress>;

  /** Prepares the log for `store`. Throws `AlreadyMoved` if buses use it. Its events stay if buses may use it again, and are deleted if they may not. */
  prepare(): Promise<void>;
  /** Stores entries after an offset, which must be the last one of the partition. */
  store(partition: number, offset: number, entries: readonly TimedEntry[]): Promise<void>;
  /** Replaces the progress of all subscribers, and opens the log. Throws `AlreadyMoved` if it is open. */
  openWith(progress: Progress): Promise<void>;
}

/**
 * `none`: it was never used. `filling`: a move stores events in it, and has not finished. `closed`: a move has taken its
 * events, or is doing so.
 */
export type LogState = 'none' | 'filling' | 'open' | 'closed';

/** Another command has finished the same move. */
export class AlreadyMoved extends Error {}

/** An entry with the time when it was stored (RFC 3339). */
export interface TimedEntry extends Entry {
  readonly time: string;
}

export interface Progress {
  readonly cursors: readonly MovedCursor[];
  readonly letters: readonly MovedLetter[];
}

export interface MovedCursor {
  readonly subscriber: string;
  readonly partition: number;
  readonly state: CursorState;
  readonly accepted: number;
  readonly faltered: number;
  readonly retries: number;
}

/** `asked`: a redrive was requested. `redriving`: the entry is pending. */
export interface MovedLetter extends Pick<
  DeadLetter,
  'subscriber' | 'partition' | 'offset' | 'subject' | 'reason' | 'error' | 'attempts' | 'time'
> {
  readonly state: 'dead' | 'asked' | 'redriving';
}

/** An entry is read with at most so many others at once. */
export const ENTRIES_AT_ONCE = 500;
/** The bodies of entries that are read at once have about this size. */
export const BYTES_AT_ONCE = 1024 * 1024;
