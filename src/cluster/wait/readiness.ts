/** Whether an object does what it is for. */
export type Readiness =
  | { readonly state: 'ready' }
  /** It is on its way. The text says what is missing. */
  | { readonly state: 'waiting'; readonly text: string; readonly trouble?: Trouble }
  /** The kind has no status that says so. */
  | { readonly state: 'silent' };

/** Why an object is not ready. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
  /**
   * Whether waiting can help. `certain`: no. `crash`: only if something that the program calls is not ready. `maybe`:
   * until the deadline.
   */
  readonly kind: 'certain' | 'crash' | 'maybe';
  /** How long a certain trouble must last. */
  readonly seconds?: number;
  /** How to fix it. */
  readonly fix: string;
  readonly pod?: string;
  readonly container?: string;
  /** How often the container was started again. */
  readonly restarts?: number;
  /** The container ended before. Its log says why. */
  readonly hasPreviousLog?: boolean;
}

export const READY: Readiness = { state: 'ready' };
export const SILENT: Readiness = { state: 'silent' };

export function waiting(text: string, trouble?: Trouble): Readiness {
  return { state: 'waiting', text, ...(trouble && { trouble }) };
}
