/** A piece of work that belongs to one request of a user. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly trace: string;
  /** 16 hexadecimal digits. */
  readonly id: string;
  /** The span that caused it. Undefined for the first one. */
  readonly parent?: string;
  /** `POST /comments` */
  readonly name: string;
  /** The part that does the work. */
  readonly part: string;
  /** The caller, for a call. */
  readonly from?: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Undefined while it runs. */
  readonly end?: number;
  /** The status of the answer: 0 if there was none. */
  readonly status?: number;
  readonly hasFailed: boolean;
  /** The id that the programs write into their logs. */
  readonly requestId?: string;
}
