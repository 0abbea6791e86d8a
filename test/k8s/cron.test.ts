import { isCron, isEverDue, parseCron } from '../../src/k8s/cron';

test.each([
  '* * * * *',
  '0 3 * * *',
  ' 0  3 * * * ',
  '*/15 0-5,22 1,15 JAN-jun mon-fri',
  '0 0 * * sun',
  '5/10 4 ? * ?',
  '0-30/5 0 1 1 0',
  '0/100 * * * *',
  '1,, * * * *',
  '+5 *-7 * * *',
  '0 0 29 2 *',
  '0 0 31 2 mon',
  '@daily',
  '@every 1h30m',
])('%j is valid', (text) => expect(isCron(text)).toBe(true));

test.each([
  '',
  '@never',
  '@every',
  ' @daily',
  'constructor',
  '* * * *',
  '* * * * * *',
  'TZ=Etc/UTC 0 3 * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * 32 * *',
  '* * * 13 *',
  '* * * * 7',
  '5-1 * * * *',
  '*/0 * * * *',
  '*/ * * * *',
  '*/2/2 * * * *',
  '1-2-3 * * * *',
  '-1 * * * *',
  '1- * * * *',
  'x * * * *',
  '* * * feb-xyz *',
  '03:00',
])('%j is invalid', (text) => {
  expect(parseCron(text)).toBeUndefined();
  expect(isCron(text)).toBe(false);
});

test.each([3, null, undefined])('%p is invalid', (value) => expect(isCron(value)).toBe(false));

test('parses each field', () => {
  const { minutes, hours, days, months, weekdays } = parseCron('*/20 9-11 1,15 feb-apr 1-2')!;
  expect([minutes, hours, days, months, weekdays].map((set) => [...set])).toEqual([
    [0, 20, 40],
    [9, 10, 11],
    [1, 15],
    [2, 3, 4],
    [1, 2],
  ]);
});

test.each([
  ['0 0 30 2 *', false],
  ['0 0 30 2 ?', false],
  ['0 0 30 2 */1', false],
  ['0 0 31 4,6,9,11 *', false],
  [', 0 * * *', false],
  ['0 0 29 2 *', true],
  ['0 0 31 * *', true],
  ['0 0 30 2 1', true],
  ['0 0 30 2 */2', true],
  ['0 0 * 2 *', true],
])('%s matches some date: %s', (text, due) => {
  expect(isEverDue(parseCron(text)!)).toBe(due);
  expect(isCron(text)).toBe(due);
});
