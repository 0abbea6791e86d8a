import { own } from '../../src/basics/own';

test('returns own keys, and no inherited members', () => {
  const table = { Pod: 1, nothing: undefined };
  expect(own(table, 'Pod')).toBe(1);
  expect(['nothing', 'Node', 'constructor', 'toString', 'valueOf', '__proto__'].map((key) => own(table, key))).toEqual(
    Array.from({ length: 6 }),
  );
});
