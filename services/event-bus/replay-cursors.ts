/** The cursors of a replay. They belong to a second subscriber, named after the generation that the replay builds. */
export interface ReplayCursors {
  progress(replay: string): Promise<Progress>;
  /** Deletes the cursors of earlier replays whose generation no longer exists. */
  forgetOthers(subscriber: string, replay: string): Promise<void>;
  /**
   * Takes or renews the cursors of the subscriber that no replica holds. Returns whether all are held. While they are,
   * the subscriber gets no events. The holder is a UUID.
   */
  hold(subscriber: string, holder: string, leaseMs: number): Promise<boolean>;
  letGo(subscriber: string, holder: string): Promise<void>;
  /** Whether the replay has decided each entry that the subscriber has passed. Call it only while all are held. */
  hasCaughtUp(subscriber: string, replay: string): Promise<boolean>;
  /**
   * Deletes the cursors of the replay, unless the subscriber got events that the replay did not deliver. The dead letters
   * of the replay replace those of the subscriber.
   */
  finish(subscriber: string, replay: string, holder: string): Promise<boolean>;
}

export interface Progress {
  /** How many cursors the replay has. Zero if it is finished. */
  readonly cursors: number;
  readonly delivered: number;
  readonly published: number;
  readonly deadLetters: number;
}
