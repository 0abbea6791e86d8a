import { own } from '../../src/basics/own';

test('a table holds its own keys, and none of those that every object has', () => {
  const table = { Pod: 1, nothing: undefined };
  expect(own(table, 'Pod')).toBe(1);
  expect(['nothing', 'Node', 'constructor', 'toString', 'valueOf', '__proto__'].map((key) => own(table, key))).toEqual(
    Array.from({ length: 6 }),
  );
});
