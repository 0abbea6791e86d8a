const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const DECIMAL = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
/** The numbers that fit into 64 bits. Larger ones are approximate. */
const [LEAST, MOST] = [-(2n ** 63n), 2n ** 64n - 1n];

/**
 * The number in an unquoted value, as Compose passes it on: `0x1F` is 31, `017` and `0o17` are 15, `1_000` is 1000, and `1e3`
 * is 1000. It is a text if a number of JavaScript is not exact. Undefined if it is not a number.
 */
export function numberIn(source: string): number | string | undefined {
  if (!/^[-+.\d]/.test(source)) return undefined;
  if (/^[-+]?\.inf$/i.test(source)) return source.startsWith('-') ? '-Inf' : '+Inf';
  if (/^\.nan$/i.test(source)) return 'NaN';
  const plain = source.replaceAll('_', '');
  const [, sign, digits] = INTEGER.exec(plain) ?? [];
  if (digits !== undefined && digits.length < 70) {
    const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
    const amount = BigInt(octal);
    const value = sign === '-' ? -amount : amount;
    if (value >= LEAST && value <= MOST) return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return DECIMAL.test(plain) ? decimal(Number(plain)) : undefined;
}

/** The text of a number with a fraction or an exponent. It differs from that of JavaScript only if it is very large or small. */
function decimal(value: number): number | string {
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  const [fraction, exponent] = value.toExponential().split('e') as [string, string];
  const digits = Math.abs(Number(exponent));
  if (value === 0 || (Number(exponent) >= -4 && Number(exponent) < 21)) return value;
  return `${fraction}e${exponent[0]}${String(digits).padStart(2, '0')}`;
}
