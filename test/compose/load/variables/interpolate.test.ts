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

test.each(['$', 'x $ y', '${', '${A', '${}', '${1}', '${A!x}', '$(date)', '${A:b}', '$1'])(
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
