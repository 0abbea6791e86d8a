import * as fc from 'fast-check';
import { idempotencyKey } from '../../../services/common/idempotency-key.ts';

const keyOf = (value: string | string[]) => idempotencyKey({ 'idempotency-key': value });
const UUID = '8e03978e-40d5-43dd-bc93-6894a57f9324';

test('the key is optional', () => {
  expect(idempotencyKey({})).toBeUndefined();
});

test.each([
  ['in quotes', `"${UUID}"`, UUID],
  ['a word without quotes', UUID, UUID],
  ['base64 without quotes', 'aGVsbG8/d29y+bGQ=', 'aGVsbG8/d29y+bGQ='],
  ['the shortest', '"x"', 'x'],
  ['the longest', `"${'x'.repeat(255)}"`, 'x'.repeat(255)],
  ['text with blanks and marks', `"a b, c;d='e'"`, `a b, c;d='e'`],
  ['escaped characters', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
])('a key is accepted: %s', (_, value, key) => {
  expect(keyOf(value)).toBe(key);
});

test.each([
  ['nothing', '', 'is empty'],
  ['nothing in quotes', '""', 'is empty'],
  ['too long', `"${'x'.repeat(256)}"`, 'has 256 characters'],
  ['too long without quotes', 'x'.repeat(300), 'has 300 characters'],
  ['an open quote', '"a', 'is not valid'],
  ['only one quote', '"', 'is not valid'],
  ['a quote inside', '"a"b"', 'is not valid'],
  ['an unknown escape', String.raw`"a\n"`, 'is not valid'],
  ['a backslash at the end', String.raw`"a\"`, 'is not valid'],
  ['single quotes', `'a'`, 'is not valid'],
  ['blanks without quotes', 'a b', 'is not valid'],
  ['other letters', '"ä"', 'is not valid'],
  ['a control character', '"a\u007f"', 'is not valid'],
  ['a parameter', '"a";b=1', 'is not valid'],
  ['a list', '"a", "b"', 'is not valid'],
  ['two headers', ['"a"', '"b"'], 'is not valid'],
])('a key is refused with 400: %s', (_, value, problem) => {
  expect(() => keyOf(value)).toThrow(
    expect.objectContaining({
      statusCode: 400,
      code: 'invalid_idempotency_key',
      message: `Idempotency-Key ${problem}: expected 1 to 255 printable ASCII characters in quotes, such as "${UUID}"`,
    }),
  );
});

test('each string of printable ASCII is a key, and different strings are different keys', () => {
  const written = (key: string) => `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255 });
  fc.assert(fc.property(text, (key) => expect(keyOf(written(key))).toBe(key)));
});

test('any value is a key of 1 to 255 characters or refused with 400', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('"', '\\', 'a', ' ', ','), maxLength: 8 }),
  );
  fc.assert(
    fc.property(value, (given) => {
      try {
        expect(keyOf(given)).toMatch(/^[ -~]{1,255}$/);
      } catch (error) {
        expect(error).toMatchObject({ statusCode: 400 });
      }
    }),
    { numRuns: 2_000 },
  );
});
