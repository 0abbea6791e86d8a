const QUANTITY = /^(\d+(?:\.\d*)?|\.\d+)(m|k|[MGTPE]|[KMGTPE]i|[eE][-+]?\d+)?$/;
const UNITS: Record<string, number> = { m: 1e-3, k: 1e3 };
'MGTPE'.split('').forEach((unit, i) => (UNITS[unit] = 1000 ** (i + 2)));
'KMGTPE'.split('').forEach((unit, i) => (UNITS[`${unit}i`] = 1024 ** (i + 1)));

/** The value of a Kubernetes quantity: `100m` → 0.1, `1Ki` → 1024. Undefined if it is invalid. */
export function parseQuantity(text: unknown): number | undefined {
  const match = typeof text === 'string' ? QUANTITY.exec(text) : null;
  if (!match) return undefined;
  const [, digits, unit = ''] = match;
  return Number(digits) * (/^[eE][-+\d]/.test(unit) ? Number(`1${unit}`) : (UNITS[unit] ?? 1));
}
