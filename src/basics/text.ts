/** `1 problem`, `2 problems`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A value as a person would write it in a message; never more than a line. */
export function show(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Constructs know their parents and their children: no JSON can hold that.
    return `a ${(value as object).constructor.name}`;
  }
}
