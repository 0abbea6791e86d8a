/** `1 problem`, `2 problems`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A value for a message, on one line of at most 80 characters. */
export function show(value: unknown): string {
  return cut(textOf(value), 80);
}

/** A text of at most so many characters, with dots for the end that is left out. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
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
