import { nearest } from '../../src/basics/nearest';

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
])('%j is nearest to %j', (name, expected) => {
  expect(nearest(name, NAMES)).toBe(expected);
});
