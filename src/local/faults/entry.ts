import { CallsignError, type Problem } from '../../problems/problem';

/** The settings of a fault or a kill, before they are checked. They come from the command line or from a file. */
export type FaultSettings = Readonly<Record<string, unknown>>;

/** What is wrong with an entry. */
export type WrongEntry = Pick<Problem, 'message' | 'expected'>;

/** Reads the settings of the command line: `delay=500,cut` is a delay of 500, and `cut` is true. */
export function parseSettings(text: string): FaultSettings {
  return Object.fromEntries(
    text.split(',').map((setting): [string, unknown] => {
      const [, key = setting, value] = /^([^=]*)=(.*)$/.exec(setting) ?? [];
      return [key, value === undefined ? true : numberOf(value)];
    }),
  );
}

/** The number that a text contains, or the text. */
function numberOf(text: string): unknown {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(number) ? text : number;
}

/** The problem of a key that is not known. */
export function unknownKey(what: string, given: object, known: readonly string[]): WrongEntry | undefined {
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown === undefined) return undefined;
  return { message: `${what} has no ${JSON.stringify(unknown)}.`, expected: known.join(', ') };
}

export function isWrong(checked: object): checked is WrongEntry {
  return 'message' in checked;
}

/** Returns what was checked, or throws its problem. */
export function accepted<Checked extends object>(
  checked: Checked | WrongEntry,
  where: Pick<Problem, 'got' | 'fix'>,
): Checked {
  if (isWrong(checked)) throw new CallsignError([{ code: 'start-failed', ...checked, ...where }]);
  return checked;
}

/** Whether a value is a number within limits. */
export function isBetween(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && value >= least && value <= most;
}
