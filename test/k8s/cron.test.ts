import { isCron } from '../../src/k8s/cron';

test.each([
  '* * * * *', '0 3 * * *', '*/15 0-5,22 1 JAN-MAR,12 mon-fri', '5/10 4 ? * 0', '0 0 29 2 *', '0 0 31 2 mon', '@daily', ' 0  3 * * * ',
])('a calendar has %s', (schedule) => expect(isCron(schedule)).toBe(true));

test.each([
  '', '@never', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 7', '5-1 * * * *', '*/0 * * * *',
  '1-2-3 * * * *', '1, * * * *', 'x * * * *', '-1 * * * *', '0 0 30 2 *', '0 0 31 4,6 *', '03:00', 3, undefined,
])('no calendar has %p', (schedule) => expect(isCron(schedule)).toBe(false));
