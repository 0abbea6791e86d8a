/**
 * The interface of the log. It has two implementations: PostgreSQL (postgres/log.ts) and NATS JetStream
 * (jetstream/log.ts). Every implementation must pass the conformance suite in test/services/event-bus/conformance/.
 *
 * A log has partitions. The entries of a partition have the offsets 1, 2, 3 …, without gaps, in the order in which they
 * were stored. Each subscriber has one cursor per partition. Only one worker at a time holds a cursor, until its lease
 * ends.
 */

/** An event to store: the text from the publisher, and the attributes that the bus uses. */
export interface Publication {
  readonly source: string;
  readonly id: string;
  /** Events of one subject are delivered in the order in which they were stored. */
  readonly subject: string;
  readonly body: string;
  /** A hash of the content. It does not depend on the order of keys or on whitespace. */
  readonly digest: string;
  /** Identifies a request in all services and logs. */
  readonly requestid?: string | undefined;
}

/**
 * `known`: the same event is already stored. `conflict`: an event with this source and id but other content is already
 * stored.
 */
export type Stored = 'stored' | 'known' | 'conflict';

export interface Entry {
  readonly offset: number;
  readonly source: string;
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly requestid?: string | undefined;
}

/**
 * An undecided entry behind the cursor: its delivery failed alone, or it waits for such an entry of the same subject.
 */
export interface Pending {
  readonly offset: number;
  readonly subject: string;
  /** Consecutive failures that count: the subscriber was healthy and only this entry failed. */
  readonly attempts: number;
  /** All failures. They determine the pause before the next attempt. */
  readonly tries: number;
  /**
   * The `accepted` total of the subscriber at the last failure. Compared with the current total, it shows whether the
   * subscriber was healthy.
   */
  readonly witness: number;
  /** The `faltered` total of the subscriber at the last failure, for the same comparison. */
  readonly faltered: number;
  /** The earliest time of the next attempt (clock of the log, ms). */
  readonly due: number;
  /** The entry was a dead letter, and a redrive was requested. */
  readonly redriven?: boolean;
}

/** The progress of a subscriber in a partition. Each entry up to `position` is accepted, dead or pending. */
export interface CursorState {
  readonly position: number;
  readonly pending: readonly Pending[];
  /**
   * Consecutive rounds in which fresh entries failed and nothing was accepted. If it is not 0, the subscriber may be
   * sick.
   */
  readonly failures: number;
  /** Consecutive refusals, with no accepted entry in between. */
  readonly refusals: number;
  /** The `accepted` total of the subscriber after the last round. */
  readonly witness: number;
}

/** A cursor that a worker holds. */
export interface Claim {
  readonly subscriber: string;
  readonly partition: number;
  /** Changes with every claim. A settlement with an old fence is refused. */
  readonly fence: string;
  /** The last offset of the partition. */
  readonly head: number;
  /** How many entries the subscriber has accepted, in all partitions. */
  readonly accepted: number;
  /** How many first attempts have failed, in all partitions. */
  readonly faltered: number;
  /** The time of the claim (clock of the log, ms). */
  readonly now: number;
  /** Before this time (clock of the log, ms), only pending entries may be delivered. */
  readonly freshDue: number;
  readonly state: CursorState;
}

export interface Death {
  readonly offset: number;
  readonly subject: string;
  /** `refused`: the subscriber rejected the event permanently. `failed`: the event failed alone too often. */
  readonly reason: 'refused' | 'failed';
  readonly error: string;
  readonly attempts: number;
}

/** The result of a round of deliveries. */
export interface Settlement {
  readonly state: CursorState;
  readonly accepted: number;
  readonly faltered: number;
  readonly retries: number;
  readonly deaths: readonly Death[];
  /** Offsets of the redriven dead letters that were accepted. */
  readonly revived: readonly number[];
  /** How long fresh entries must wait (ms). */
  readonly holdFor: number;
  /** The time until the first pending entry is due (ms). */
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
  /** Entries that are neither accepted nor dead. */
  readonly lag: number;
  readonly retries: number;
  readonly deadLetters: number;
  /** Partitions in which the subscriber currently accepts nothing. */
  readonly heldPartitions: number;
}

export interface LogStatus {
  readonly published: number;
  readonly partitions: readonly { readonly partition: number; readonly head: number }[];
  readonly subscribers: readonly SubscriberStatus[];
}

export interface Log {
  /**
   * Stores all publications durably. The results are in the order of the input. If it throws, any of them may be stored,
   * and the same append can be repeated.
   */
  append(publications: readonly Publication[]): Promise<readonly Stored[]>;

  /** Creates the cursors of new subscribers, at the start of the log. */
  subscribe(subscribers: readonly string[]): Promise<void>;
  /** Claims the cursor that has waited longest, of the free cursors with due entries. */
  claim(subscriber: string, leaseMs: number): Promise<Claim | undefined>;
  /**
   * Reads entries after the position of the cursor: at least one, at most `limit`, and bodies of about `bytes` in
   * total.
   */
  read(claim: Claim, limit: number, bytes: number): Promise<readonly Entry[]>;
  /** Reads entries of the claimed partition by offset, in the order of offsets. */
  readAt(claim: Claim, offsets: readonly number[]): Promise<readonly Entry[]>;
  /** Stores the result of a round, and renews or releases the lease. Returns undefined if the claim has expired. */
  settle(
    claim: Claim,
    settlement: Settlement,
    next: { readonly leaseMs: number } | 'release',
  ): Promise<Claim | undefined>;
  /** Restarts the lease, unless it has ended. Returns whether the claim is still held. */
  renew(claim: Claim, leaseMs: number): Promise<boolean>;
  /** Releases a claim without changes. */
  release(claim: Claim): Promise<void>;
  /** Ends the pause of all cursors of a subscriber that is healthy again. */
  wake(subscriber: string): Promise<void>;
  /** Returns a few entries that the subscriber has accepted. Delivering them again shows whether it is healthy. */
  controls(subscriber: string): Promise<readonly Entry[]>;

  deadLetters(filter: {
    readonly subscriber?: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
  deadLetter(letter: string): Promise<DeadLetter | undefined>;
  /** Requests a new delivery of dead letters. Returns how many will be delivered again. */
  redrive(which: { readonly letter: string } | { readonly subscriber: string }): Promise<number>;

  status(subscribers: readonly string[]): Promise<LogStatus>;
}

export const START_OF_LOG: CursorState = { position: 0, pending: [], failures: 0, refusals: 0, witness: 0 };
