/** The result of one check. */
export interface Finding {
  readonly name: string;
  /**
   * `missing`: something that the charts or the arguments need is not there. `warning`: some commands do not work, or
   * something may not work.
   */
  readonly state: 'ok' | 'warning' | 'missing' | 'not-checked';
  /** What was found, such as a version. */
  readonly found: string;
  /** What it is for, in a few words. */
  readonly why: string;
  /** How to fix it. */
  readonly fix?: string;
}

/** A sentence as a part of a line. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
