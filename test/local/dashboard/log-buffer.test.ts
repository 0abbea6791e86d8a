import { LogBuffer } from '../../../src/local/dashboard/log-buffer';

test('the entries after a number, at most the last ones', () => {
  const logs = new LogBuffer(10);
  expect(logs.after(0)).toEqual([]);
  for (let i = 1; i <= 100; i++) {
    logs.add('web-1', `line ${i}`);
    const all = logs.after(0).map(({ number }) => number);
    expect(all).toEqual(Array.from({ length: Math.min(i, 10) }, (_, j) => Math.max(0, i - 10) + j + 1));
  }
  expect(logs.after(98).map(({ from, line }) => [from, line])).toEqual([
    ['web-1', 'line 99'],
    ['web-1', 'line 100'],
  ]);
  expect(logs.after(100)).toEqual([]);
});
