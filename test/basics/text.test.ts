import { cut, cutBoth, show, showBoth } from '../../src/basics/text';

const long = (end: string) => `registry.example.com/${'a-very-long-folder/'.repeat(6)}web:${end}`;

describe('two values', () => {
  test('that are short are complete', () => {
    expect(showBoth('a', { b: 1 })).toEqual(['"a"', '{"b":1}']);
  });

  test('that are long are cut around their first difference', () => {
    // Without the other value, the difference is cut off.
    expect(show(long('1.2.3'))).toBe(show(long('1.2.4')));
    const [from, to] = showBoth(long('1.2.3'), long('1.2.4'));
    expect(from).toMatch(/^\.\.\..*web:1\.2\.3"$/);
    expect(to).toMatch(/^\.\.\..*web:1\.2\.4"$/);
    expect(from.length).toBeLessThanOrEqual(80);
  });

  test('that differ early keep their beginning', () => {
    expect(showBoth(`a${'x'.repeat(200)}`, `b${'x'.repeat(200)}`)).toEqual([
      cut(`"a${'x'.repeat(200)}"`, 80),
      cut(`"b${'x'.repeat(200)}"`, 80),
    ]);
  });

  test('of which one is not set', () => {
    expect(showBoth(undefined, long('1'))).toEqual(['not set', show(long('1'))]);
  });

  test('that differ in the middle have dots on both sides', () => {
    const middle = (letter: string) => `${'x'.repeat(100)}${letter}${'x'.repeat(100)}`;
    const [a, b] = cutBoth(middle('a'), middle('b'), 50);
    expect([a.length, b.length]).toEqual([50, 50]);
    expect(a).toMatch(/^\.\.\.x+ax+\.\.\.$/);
    expect(b).toMatch(/^\.\.\.x+bx+\.\.\.$/);
  });

  test('of which one is the beginning of the other', () => {
    const [short, more] = cutBoth('x'.repeat(100), 'x'.repeat(100) + 'y'.repeat(100), 80);
    expect(short).toBe(`...${'x'.repeat(30)}`);
    expect(more).toBe(`...${'x'.repeat(30)}${'y'.repeat(44)}...`);
  });

  test('that are equal are cut at the end', () => {
    expect(cutBoth('x'.repeat(100), 'x'.repeat(100), 80)).toEqual([cut('x'.repeat(100), 80), cut('x'.repeat(100), 80)]);
  });
});
