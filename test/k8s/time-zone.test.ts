import { isTimeZone } from '../../src/k8s/time-zone';

test.each([
  'Europe/Berlin',
  'America/Port-au-Prince',
  'America/Argentina/Buenos_Aires',
  'Asia/Calcutta',
  'Etc/GMT+5',
  'Etc/UTC',
  'UTC',
  'GB-Eire',
])('%s is a time zone', (name) => expect(isTimeZone(name)).toBe(true));

test.each(['', 'Europe/Bonn', 'europe/berlin', 'utc', '+01:00', 'Local', 'local', 'Europe/../UTC', ' UTC'])(
  '%j is not a time zone',
  (name) => expect(isTimeZone(name)).toBe(false),
);
