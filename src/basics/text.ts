/** The most characters of a value in a message. */
const LONGEST = 80;
const DOTS = '...';
/** The characters that show where in the value the first difference is. */
const BEFORE_DIFFERENCE = 30;

/** `1 problem`, `2 problems`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A value for a message, on one line of at most 80 characters. */
export function show(value: unknown): string {
  return cut(textOf(value), LONGEST);
}

/** Two values for a message, each on one line of at most 80 characters that contains their first difference. */
export function showBoth(a: unknown, b: unknown): [string, string] {
  const text = (value: unknown) => (value === undefined ? 'not set' : textOf(value));
  if (a === undefined || b === undefined) return [cut(text(a), LONGEST), cut(text(b), LONGEST)];
  return cutBoth(text(a), text(b), LONGEST);
}

/** Two texts of at most so many characters, with their first difference and dots for the parts that are left out. */
export function cutBoth(a: string, b: string, length: number): [string, string] {
  const start = a !== b && Math.max(a.length, b.length) > length ? firstDifference(a, b) - BEFORE_DIFFERENCE : 0;
  const part = (text: string) => cut(start > DOTS.length ? `${DOTS}${text.slice(start)}` : text, length);
  return [part(a), part(b)];
}

/** A text of at most so many characters, with dots for the end that is left out. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - DOTS.length)}${DOTS}` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Constructs have circular references, which JSON cannot represent.
    return `a ${(value as object).constructor.name}`;
  }
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

/** A regular expression that matches exactly this text. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
