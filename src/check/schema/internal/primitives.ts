import { parseQuantity } from '../../../k8s/quantity';
import type { Primitive } from '../schemas';

const integer = (bits: 32 | 64) => (value: unknown) =>
  typeof value === 'bigint' ||
  (typeof value === 'number' && Number.isInteger(value) && (bits === 64 || Math.abs(value) <= 2 ** 31))
    ? undefined
    : 'a whole number';

/** Checks a value of each primitive type. Returns the expected value as text if it has another type. */
export const PRIMITIVES: Record<Primitive, (value: unknown) => string | undefined> = {
  any: () => undefined,
  string: (value) => (typeof value === 'string' ? undefined : 'a string'),
  boolean: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  int32: integer(32),
  int64: integer(64),
  number: (value) => (typeof value === 'number' ? undefined : 'a number'),
  'int-or-string': (value) =>
    typeof value === 'string' || integer(32)(value) === undefined ? undefined : 'a whole number or a string',
  quantity: (value) =>
    typeof value === 'number' ||
    parseQuantity(typeof value === 'string' ? value.replace(/^[-+]/, '') : value) !== undefined
      ? undefined
      : 'a quantity such as 250m, 1.5 or 128Mi',
  time: (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value)
      ? undefined
      : 'a time such as 2026-01-31T12:00:00Z',
  base64: (value) =>
    typeof value === 'string' && value.replace(/\s/g, '').length % 4 === 0 && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)
      ? undefined
      : 'base64',
};
