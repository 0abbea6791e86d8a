import { dateIn } from '../../../../src/compose/load/documents/dates';

// What `docker compose config` makes of each.
test.each([
  ['2001-1-2', '2001-01-02 00:00:00 +0000 UTC'],
  ['2001-12-14', '2001-12-14 00:00:00 +0000 UTC'],
  ['2001-12-14 21:59:43.10', '2001-12-14 21:59:43.1 +0000 UTC'],
  ['2001-12-14T21:59:43Z', '2001-12-14 21:59:43 +0000 UTC'],
  ['2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.1 -0500 -0500'],
  ['2001-12-14T21:59:43+02:00', '2001-12-14 21:59:43 +0200 +0200'],
])('%s is passed on as %s', (source, expected) => expect(dateIn(source)).toBe(expected));

test.each(['2001-13-14', '2001-02-30', '2001-12', '2001-12-14 25:00:00', '2001-12-14T21:59:43', '12:30', '1-2-3', ''])(
  '%j is no date',
  (source) => expect(dateIn(source)).toBeUndefined(),
);
