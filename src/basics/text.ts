/** `1 problem`, `2 problems`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** A value for a message, on one line of at most 80 characters. */
export function show(value: unknown): string {
  const text = textOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
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
