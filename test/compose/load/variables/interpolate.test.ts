import * as fc from 'fast-check';
import { interpolate } from '../../../../src/compose/load/variables/interpolate';

const values: Record<string, string> = { A: 'a', B: 'b', EMPTY: '', NAME: 'A', DOLLAR: '$A' };
const lookup = (name: string) => values[name];
const text = (template: string) => interpolate(template, lookup).text;

// What `docker compose config` makes of each.
test.each([
  ['$A', 'a'],
  ['${A}', 'a'],
  ['x$A-y', 'xa-y'],
  ['${A}${B}', 'ab'],
  ['$A$B', 'ab'],
  ['$NOT', ''],
  ['${NOT}', ''],
  ['${EMPTY}', ''],
  ['${A:-b}', 'a'],
  ['${NOT:-b}', 'b'],
  ['${EMPTY:-b}', 'b'],
  ['${NOT:-}', ''],
  ['${A-b}', 'a'],
  ['${NOT-b}', 'b'],
  ['${EMPTY-b}', ''],
  ['${A:+b}', 'b'],
  ['${NOT:+b}', ''],
  ['${EMPTY:+b}', ''],
  ['${A+b}', 'b'],
  ['${NOT+b}', ''],
  ['${EMPTY+b}', 'b'],
  ['${A:?no}', 'a'],
  ['${A?no}', 'a'],
  ['${EMPTY?no}', ''],
  ['$$A', '$A'],
  ['$$$A', '$a'],
  ['$$$$', '$$'],
  ['$${A}', '${A}'],
  ['5$$', '5$'],
  ['${NOT:-${B}}', 'b'],
  ['${NOT:-x${EMPTY:-${B}}y}', 'xby'],
  ['${NOT:-$A$B}', 'ab'],
  ['${A:+${B}}', 'b'],
  ['${NOT:-$$A}', '$A'],
  ['${NOT:-a-b}', 'a-b'],
  ['${NOT:-a:-b}', 'a:-b'],
  ['${NOT-:-}', ':-'],
  ['${NOT:-what?}', 'what?'],
  ['${NOT:-{}}', '{}'],
  ['${NOT:-a{b}', 'a{b'],
  ['${DOLLAR}', '$A'],
  ['no variables', 'no variables'],
  ['', ''],
])('%s is %s', (template, expected) => expect(text(template)).toBe(expected));

test('an unused default is not read', () => {
  expect(interpolate('${A:-${NOT:?never}}', lookup)).toMatchObject({ text: 'a', missing: [] });
  expect(interpolate('${NOT:+${NOT:?never}}', lookup)).toMatchObject({ text: '', missing: [] });
});

test('a variable without a value is reported with its message', () => {
  expect(interpolate('${NOT:?say ${B}} ${EMPTY:?} ${NEVER?why}', lookup).missing).toEqual([
    { name: 'NOT', message: 'say b' },
    { name: 'EMPTY', message: '' },
    { name: 'NEVER', message: 'why' },
  ]);
  expect(interpolate('$NOT ${NEVER} ${NOT:-x} $A', lookup)).toMatchObject({
    unset: ['NOT', 'NEVER'],
    variables: [
      { name: 'NOT', value: '' },
      { name: 'NEVER', value: '' },
      { name: 'NOT', value: 'x' },
      { name: 'A', value: 'a' },
    ],
  });
});

test.each(['$', 'x $ y', '5$', 'a$-b', '^foo$', '$(date)', '$1', '$.a', '"$"', '$é'])('%s stays', (template) =>
  expect(interpolate(template, lookup)).toMatchObject({ text: template, invalid: [] }),
);

test('a default can contain braces', () => {
  expect(text('${NOT:-{"a":{"b":1}}}')).toBe('{"a":{"b":1}}');
  expect(text('${A:-{"a":{"b":1}}}')).toBe('a');
  expect(text('${A:-{"a":"${B}"}} ${B}')).toBe('a b');
  expect(text('${NOT:-{"a":"${B}"}}')).toBe('{"a":"b"}');
  expect(text('${A:-a{b} ${B}')).toBe('a b');
});

test('too many levels and too many characters are reported', () => {
  const nested = (levels: number) => interpolate(`${'${NOT:-'.repeat(levels)}x${'}'.repeat(levels)}`, lookup);
  expect(nested(100)).toMatchObject({ text: 'x' });
  expect(nested(100)).not.toHaveProperty('excess');
  expect(nested(101)).toMatchObject({ text: '', excess: 'defaults within defaults, more than 100 levels' });
  expect(nested(50_000)).toMatchObject({ text: '', excess: expect.any(String) });
  const long = (times: number) => interpolate('$LONG'.repeat(times), () => 'x'.repeat(100_000));
  expect(long(10).text).toHaveLength(1_000_000);
  expect(long(11)).toMatchObject({ text: '', excess: 'variables with more than 1000000 characters' });
});

test('many variables in one text take little time', () => {
  const names = Array.from({ length: 16_000 }, (_, i) => `A${i}`);
  const result = interpolate(names.map((name) => `\${${name}}`).join(''), (name) => name);
  expect(result.text).toBe(names.join(''));
  expect(interpolate('${A:-'.repeat(100_000), lookup).invalid).toHaveLength(1);
  expect(text('${A:-{'.repeat(50_000) + '}'.repeat(100_000))).toBe('a');
}, 20_000);

test.each(['${', '${A', '${}', '${1}', '${A!x}', '${A:b}', '${ }', '${ A}', '${A }'])(
  '%s is not a variable',
  (template) => {
    expect(interpolate(template, lookup).invalid).toHaveLength(1);
  },
);

test('it ends for every text, and does not change a text without a dollar', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', '?', '+', 'A', 'b', ' ') }), (template) => {
      const { text: result, invalid } = interpolate(template, lookup);
      if (!template.includes('$')) expect(result).toBe(template);
      expect(invalid.length).toBeLessThanOrEqual(template.length);
    }),
  );
  fc.assert(fc.property(fc.string(), (plain) => expect(text(plain.replaceAll('$', '$$$$'))).toBe(plain)));
});
