/**
 * What the bus needs of a log. Postgres is one (postgres/log.ts); anything that passes the conformance suite in
 * test/services/event-bus/conformance/ is another.
 *
 * A log has partitions. In each, entries have dense offsets 1, 2, 3 … in the order of their storing. Each subscriber
 * has one cursor a partition, which one worker at a time holds for the length of a lease.
 */

/** An event as it is stored: the text that the publisher sent, and what the bus has to know of it. */
export interface Publication {
  readonly source: string;
  readonly id: string;
  /** The key of order: events of one subject are delivered in the order of their storing. */
  readonly subject: string;
  readonly body: string;
  /** Equal for equal content, whatever the order of keys or the spaces. */
  readonly digest: string;
  /** Follows a request through all services. */
  readonly traceid?: string | undefined;
}

/** `known`: the same event is stored already. `conflict`: another content is stored under this source and id. */
export type Stored = 'stored' | 'known' | 'conflict';

export interface Entry {
  readonly offset: number;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly traceid?: string | undefined;
}

/** An entry that the cursor has passed without a decision: it failed alone, or it waits behind one of its subject that did. */
export interface Pending {
  readonly offset: number;
  readonly subject: string;
  /** Failures in a row that count: the subscriber was well and failed at just this one. */
  readonly attempts: number;
  /** All failures; they set the back-off. */
  readonly tries: number;
  /** How much the subscriber had accepted at the last failure … */
  readonly witness: number;
  /** … and how often it had failed at what was new to it. What grew since, and how much, tells whether it was well. */
  readonly faltered: number;
  /** Not before this time (the log's clock, ms). */
  readonly due: number;
  /** It was a dead letter, and somebody asked for it to be delivered again. */
  readonly redriven?: boolean;
}

/** Where a subscriber stands in a partition. Everything up to `position` is accepted, dead or pending. */
export interface CursorState {
  readonly position: number;
  readonly pending: readonly Pending[];
  /** Rounds in a row in which nothing was accepted and fresh entries failed: more than 0 means «perhaps sick». */
  readonly failures: number;
  /** Refusals in a row without anything accepted between. */
  readonly refusals: number;
  readonly witness: number;
}

/** A cursor, held. */
export interface Claim {
  readonly subscriber: string;
  readonly partition: number;
  /** Changes with every claim; a settlement under an old one is refused. */
  readonly fence: string;
  /** The last offset of the partition. */
  readonly head: number;
  /** How much the subscriber has accepted in all partitions. */
  readonly accepted: number;
  /** How many first tries have failed, in all partitions. */
  readonly faltered: number;
  /** The log's clock, ms. */
  readonly now: number;
  /** Before this time (the log's clock, ms) only pending entries are to be tried. */
  readonly freshDue: number;
  readonly state: CursorState;
}

export interface Death {
  readonly offset: number;
  readonly subject: string;
  /** `refused`: the subscriber said that it will never take it. `failed`: it failed alone too often. */
  readonly reason: 'refused' | 'failed';
  readonly error: string;
  readonly attempts: number;
}

/** What came of a round of deliveries. */
export interface Settlement {
  readonly state: CursorState;
  readonly accepted: number;
  readonly faltered: number;
  readonly retries: number;
  readonly deaths: readonly Death[];
  /** Redriven dead letters that were accepted now. */
  readonly revived: readonly number[];
  /** Fresh entries wait this long (ms). */
  readonly holdFor: number;
  /** The earliest pending entry is due in this time (ms). */
  readonly retryIn: number | undefined;
}

export interface DeadLetter extends Death {
  readonly letter: string;
  readonly subscriber: string;
  readonly partition: number;
  readonly source: string;
  readonly id: string;
  readonly body: string;
  readonly time: string;
  readonly redriving: boolean;
}

interface SubscriberStatus {
  readonly name: string;
  readonly delivered: number;
  /** Stored, but neither accepted nor dead. */
  readonly lag: number;
  readonly retries: number;
  readonly deadLetters: number;
  /** Partitions where nothing gets through at present. */
  readonly heldPartitions: number;
}

export interface LogStatus {
  readonly published: number;
  readonly partitions: readonly { readonly partition: number; readonly head: number }[];
  readonly subscribers: readonly SubscriberStatus[];
}

export interface Log {
  /** Stores all of them durably, or throws and stores none. The result is in the order of the input. */
  append(publications: readonly Publication[]): Promise<readonly Stored[]>;

  /** Gives each a cursor before the first entry, unless it has one. */
  subscribe(subscribers: readonly string[]): Promise<void>;
  /** The cursor that has waited longest, of those that nobody holds and that have something due. */
  claim(subscriber: string, leaseMs: number): Promise<Claim | undefined>;
  /** Entries after the cursor's position: at most `limit`, at most about `bytes` of bodies, at least one. */
  read(claim: Claim, limit: number, bytes: number): Promise<readonly Entry[]>;
  /** Certain entries of the claim's partition, in the order of offsets. */
  readAt(claim: Claim, offsets: readonly number[]): Promise<readonly Entry[]>;
  /** Writes what came of a round and renews the lease, or gives it back. Undefined: the claim is not held any more. */
  settle(
    claim: Claim,
    settlement: Settlement,
    next: { readonly leaseMs: number } | 'release',
  ): Promise<Claim | undefined>;
  /** Makes the lease run anew, if it has not ended. */
  renew(claim: Claim, leaseMs: number): Promise<void>;
  /** Gives a claim back as it was. */
  release(claim: Claim): Promise<void>;
  /** The subscriber is well again: none of its cursors needs to wait any more. */
  wake(subscriber: string): Promise<void>;
  /** A few entries that the subscriber has accepted. Delivering them again shows whether it is well. */
  controls(subscriber: string): Promise<readonly Entry[]>;

  deadLetters(filter: {
    readonly subscriber?: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
  deadLetter(letter: string): Promise<DeadLetter | undefined>;
  /** How many will be delivered again. */
  redrive(which: { readonly letter: string } | { readonly subscriber: string }): Promise<number>;

  status(subscribers: readonly string[]): Promise<LogStatus>;
}

export const startOfLog: CursorState = { position: 0, pending: [], failures: 0, refusals: 0, witness: 0 };
