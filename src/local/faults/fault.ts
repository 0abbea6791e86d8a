import { CallsignError, type Problem } from '../../problems/problem';
import { show } from '../../basics/text';

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

const EXAMPLE = 'comments->event-bus:delay=500,share=0.2';

/** Reads a fault of the command line: `comments->event-bus:error=503`. Throws if it is wrong. */
export function parseFault(text: string, names: ReadonlySet<string>): Fault {
  const [, from = '', to = '', settings = ''] = /^([^>:]+)->([^>:]+):(.+)$/.exec(text) ?? [];
  const values = new Map(
    settings.split(',').map((setting): [string, string | undefined] => {
      const [key = '', value] = setting.split('=', 2);
      return [key, value];
    }),
  );
  const number = (key: string) => (values.has(key) ? Number(values.get(key) ?? Number.NaN) : undefined);
  const fault = {
    from,
    to,
    share: number('share') ?? 1,
    delay: number('delay'),
    error: number('error'),
    cut: values.has('cut'),
  };
  const problem = problemOf(fault, values, names);
  if (problem)
    throw new CallsignError([
      { code: 'start-failed', ...problem, got: show(text), fix: `Write, for instance, ${EXAMPLE}.` },
    ]);
  return {
    from,
    to,
    share: fault.share,
    ...(fault.delay !== undefined && { delay: fault.delay }),
    ...(fault.error !== undefined && { error: fault.error }),
    ...(fault.cut && { cut: true }),
  };
}

function problemOf(
  { from, to, share, delay, error, cut }: Omit<Fault, 'cut'> & { readonly cut: boolean },
  values: ReadonlyMap<string, string | undefined>,
  names: ReadonlySet<string>,
): Pick<Problem, 'message' | 'expected'> | undefined {
  const known = ['delay', 'error', 'cut', 'share'];
  const unknown = [...values.keys()].find((key) => !known.includes(key));
  if (from === '' || unknown !== undefined)
    return { message: 'This is not a fault.', expected: `CALLER->CALLEE and ${known.join(', ')}` };
  const missing = [from, to].find((name) => name !== '*' && !names.has(name));
  if (missing !== undefined)
    return { message: `There is no ${missing}.`, expected: `* or one of ${[...names].join(', ')}` };
  if (!(share >= 0 && share <= 1))
    return { message: 'The share of a fault is wrong.', expected: 'a number from 0 to 1' };
  if (delay !== undefined && !(delay >= 0 && delay <= 600_000))
    return { message: 'The delay of a fault is wrong.', expected: 'milliseconds, at most 600000' };
  if (error !== undefined && !(Number.isInteger(error) && error >= 400 && error <= 599))
    return { message: 'The status of a fault is wrong.', expected: 'a status from 400 to 599' };
  if (delay === undefined && error === undefined && !cut)
    return { message: 'The fault does nothing.', expected: 'delay, error or cut' };
  return undefined;
}
