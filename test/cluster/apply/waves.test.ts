import { wavesOf } from '../../../src/cluster/apply/waves';

const edges = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map((edge) => ({ from: edge.split('>')[0]!, to: edge.split('>')[1]! }));

test.each([
  ['a callee comes before its callers', 'web posts db', 'web>posts posts>db', [['db'], ['posts'], ['web']]],
  ['independent names are together', 'a b c', 'a>c b>c', [['c'], ['a', 'b']]],
  [
    'a circle is one wave',
    'comments bus db web',
    'comments>bus bus>comments bus>db web>comments',
    [['db'], ['comments', 'bus'], ['web']],
  ],
  [
    'two circles',
    'a b c d',
    'a>b b>a b>c c>d d>c',
    [
      ['c', 'd'],
      ['a', 'b'],
    ],
  ],
  ['a call of itself', 'a', 'a>a', [['a']]],
  ['names that are not new do not count', 'a b', 'a>old old>b', [['a', 'b']]],
  ['nothing', '', '', []],
])('%s', (_, names, calls, expected) => {
  expect(wavesOf(names.split(' ').filter(Boolean), edges(calls))).toEqual(expected);
});

test('a chain that is longer than the stack of the program', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `s${i}`);
  const chain = names.slice(1).map((name, i) => ({ from: names[i]!, to: name }));
  const waves = wavesOf(names, chain);
  expect(waves).toHaveLength(20_000);
  expect(waves[0]).toEqual(['s19999']);
});
