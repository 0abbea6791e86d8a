import * as fc from 'fast-check';
import type { HttpError } from '../../../services/common/errors.ts';
import { parseJson } from '../../../services/common/json.ts';

const parse = (text: string | Buffer) => parseJson(Buffer.from(text as string));

test('valid JSON is accepted unchanged', () => {
  const plain = (text: string) => !text.includes('\0') && text !== '__proto__';
  const value = fc
    .jsonValue({ stringUnit: 'binary', maxDepth: 5 })
    .filter((one) => plain(JSON.stringify(one).replace(/\\u0000|__proto__/g, '\0')));
  fc.assert(fc.property(value, (one) => expect(parse(JSON.stringify(one))).toEqual(JSON.parse(JSON.stringify(one)))));
});

test('any input is parsed or refused with 400 or 422', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseJson(Buffer.from(bytes));
      } catch (error) {
        expect([400, 422]).toContain((error as HttpError).statusCode);
      }
    }),
  );
});

test.each<[string | Buffer, string, number?]>([
  ['', 'empty_body'],
  ['{', 'malformed_json'],
  ["{'a': 1}", 'malformed_json'],
  ['{"a": 1} x', 'malformed_json'],
  ['NaN', 'malformed_json'],
  ['\ufeff{}', 'malformed_json'],
  [Buffer.from([0x22, 0xff, 0x22]), 'invalid_utf8'],
  [Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'invalid_utf8'],
  ['{"__proto__": {"admin": true}}', 'forbidden_key'],
  ['{"a": [{"\\u005f_proto__": 1}]}', 'forbidden_key'],
  ['["a\\u0000b"]', 'invalid_text', 422],
  ['{"a\\u0000": 1}', 'invalid_text', 422],
  ['["\\ud800"]', 'invalid_text', 422],
  ['{"\\udc00": 1}', 'invalid_text', 422],
  ['[1e999]', 'invalid_number', 422],
  ['[-1e999]', 'invalid_number', 422],
  ['['.repeat(33) + ']'.repeat(33), 'too_deep'],
  ['['.repeat(10_000) + ']'.repeat(10_000), 'too_deep'],
  ['{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), 'too_deep'],
  ['['.repeat(64 * 1024), 'malformed_json'],
])('%.40j is refused as %s', (text, code, statusCode = 400) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ statusCode, code }));
});

test.each([
  '["😀 \\ud83d\\ude00"]',
  '{"constructor": {"prototype": 1}}',
  '['.repeat(32) + ']'.repeat(32),
  'null',
  '1e308',
])('%.40j is accepted', (text) => {
  expect(parse(text)).toEqual(JSON.parse(text));
});
