import { isEverDue, parseCron } from '../../src/check/cron';

test.each(['* * * * *', '*/15 2-4 1,15 JAN-jun mon', '0 0 * * sun', '@daily', '@every 1h30m', '5/10 * ? * ?', '0-30/5 0 1 1 0'])('%s is a schedule', (text) => {
  expect(parseCron(text)).toBeDefined();
});

test.each(['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 *', '* * * * 7', '5-1 * * * *', '*/0 * * * *', 'a * * * *', '@sometimes', '* * * feb-xyz *', '1-2-3 * * * *', '1, * * * *'])('%j is none', (text) => {
  expect(parseCron(text)).toBeUndefined();
});

test('each field is read', () => {
  const { minutes, hours, days, months, weekdays } = parseCron('*/20 9-11 1,15 feb-apr 1-2')!;
  expect([minutes, hours, days, months, weekdays].map((set) => [...set])).toEqual([[0, 20, 40], [9, 10, 11], [1, 15], [2, 3, 4], [1, 2]]);
});

test.each([['0 0 30 2 *', false], ['0 0 31 4,6,9,11 *', false], ['0 0 29 2 *', true], ['0 0 31 * *', true], ['0 0 30 2 1', true], ['0 0 * 2 *', true]])('%s is ever due: %s', (text, due) => {
  expect(isEverDue(parseCron(text)!)).toBe(due);
});
