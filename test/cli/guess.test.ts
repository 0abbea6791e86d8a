import { guessOf } from '../../src/cli/guess';

const NAMES = ['posts', 'comments', 'event-bus', 'start', 'status'];

test.each([
  ['post', 'posts'],
  ['coments', 'comments'],
  ['eventbus', 'event-bus'],
  ['comm', 'comments'],
  ['sta', undefined],
  ['co', undefined],
  ['orders', undefined],
  ['', undefined],
])('%j can mean %j', (name, expected) => {
  expect(guessOf(name, NAMES)).toBe(expected);
});
