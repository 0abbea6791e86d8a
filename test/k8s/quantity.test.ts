import { parseQuantity } from '../../src/k8s/quantity';

test.each<[string, number]>([
  ['1', 1],
  ['100m', 0.1],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['5.', 5],
  ['1k', 1000],
  ['1Ki', 1024],
  ['2Mi', 2 * 1024 ** 2],
  ['1G', 1e9],
  ['1Gi', 1024 ** 3],
  ['1Ei', 1024 ** 6],
  ['1e3', 1000],
  ['12E', 12e18],
  ['1E3', 1000],
])('%s is %d', (text, amount) => expect(parseQuantity(text)).toBeCloseTo(amount, 9));

test.each(['', 'half', '-1', '1MB', '1 Gi', '1gi', 'Gi', '0x10', '1e', '1,5', 7, undefined, null])(
  '%s is not a quantity',
  (text) => expect(parseQuantity(text)).toBeUndefined(),
);
