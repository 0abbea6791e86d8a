import { show } from '../../basics/text';
import { accepted, isBetween, parseSettings, unknownKey, type FaultSettings, type WrongEntry } from './entry';

/** What can go wrong with a call. */
export interface Fault {
  /** The caller, or `*`. */
  readonly from: string;
  /** What is called, or `*`. */
  readonly to: string;
  /** The share of the calls, from 0 to 1. */
  readonly share: number;
  /** Milliseconds before the call is made. */
  readonly delay?: number;
  /** The status of the answer. The program does not get the call. */
  readonly error?: number;
  /** The program gets the call, and the caller gets no answer. */
  readonly cut?: boolean;
}

const SETTINGS = ['delay', 'error', 'cut', 'share'];

/** Reads a fault of the command line: `comments->event-bus:error=503`. Throws if it is wrong. */
export function parseFault(text: string, names: ReadonlySet<string>): Fault {
  const [, from, to, settings = ''] = /^([^>:]+)->([^>:]+):(.+)$/.exec(text) ?? [];
  return accepted(checkFault({ from, to }, parseSettings(settings), names), {
    got: show(text),
    fix: 'Write, for instance, comments->event-bus:delay=500,share=0.2.',
  });
}

/** The fault of a call, or what is wrong with it. */
export function checkFault(
  { from, to }: { readonly from?: unknown; readonly to?: unknown },
  settings: FaultSettings,
  names: ReadonlySet<string>,
): Fault | WrongEntry {
  if (typeof from !== 'string' || typeof to !== 'string')
    return { message: 'This is not a fault.', expected: `a caller, what it calls, and ${SETTINGS.join(', ')}` };
  const unknown = unknownKey('A fault', settings, SETTINGS);
  if (unknown) return unknown;
  const missing = [from, to].find((name) => name !== '*' && !names.has(name));
  if (missing !== undefined)
    return { message: `There is no ${missing}.`, expected: `* or one of ${[...names].join(', ')}` };
  const { share = 1, delay, error, cut = false } = settings;
  if (!isBetween(share, 0, 1)) return { message: 'The share of a fault is wrong.', expected: 'a number from 0 to 1' };
  if (delay !== undefined && !isBetween(delay, 0, 600_000))
    return { message: 'The delay of a fault is wrong.', expected: 'milliseconds, at most 600000' };
  if (error !== undefined && !(isBetween(error, 400, 599) && Number.isInteger(error)))
    return { message: 'The status of a fault is wrong.', expected: 'a status from 400 to 599' };
  if (typeof cut !== 'boolean')
    return { message: 'The cut of a fault is wrong.', expected: 'no value, or true in a file' };
  if (delay === undefined && error === undefined && !cut)
    return { message: 'The fault does nothing.', expected: 'delay, error or cut' };
  return {
    from,
    to,
    share,
    ...(delay !== undefined && { delay }),
    ...(error !== undefined && { error }),
    ...(cut && { cut }),
  };
}
