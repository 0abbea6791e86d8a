import * as fc from 'fast-check';
import type { Database } from '../../../services/common/database.ts';
import { isTime } from '../../../services/common/time.ts';
import { timeLike } from '../bad-requests/generate.ts';
import { openDatabase, useDatabase } from '../support/database.ts';
import { seeded } from '../support/random.ts';

const fresh = useDatabase();
let database: Database;
beforeAll(async () => {
  database = await openDatabase(fresh.url());
});
afterAll(() => database.close());

test.each([
  '2030-01-31T12:00:00Z',
  '2030-01-31t12:00:00.123456789z',
  '2024-02-29T23:59:59+05:30',
  '2000-02-29T00:00:00-00:00',
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00-15:59',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999+00:01',
])('%s is a time', (text) => expect(isTime(text)).toBe(true));

test.each([
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-00:01',
  '2026-06-31T12:00:00Z',
  '2026-02-29T12:00:00Z',
  '1900-02-29T12:00:00Z',
  '2026-00-10T12:00:00Z',
  '2026-13-10T12:00:00Z',
  '2026-01-00T12:00:00Z',
  '2026-01-32T12:00:00Z',
  '2026-01-10T24:00:00Z',
  '2026-01-10T12:60:00Z',
  '2026-01-10T12:00:60Z',
  '2026-01-10T12:00:00+16:00',
  '2026-01-10T12:00:00+05:60',
  '2026-01-10T12:00:00',
  '2026-01-10 12:00:00Z',
  '2026-01-10',
  '+12026-01-10T12:00:00Z',
  'infinity',
  'now',
  '',
])('%s is not a time', (text) => expect(isTime(text)).toBe(false));

test('PostgreSQL stores each accepted text, as the same instant as JavaScript, and returns it in the same form', async () => {
  const random = seeded(fc.sample(fc.nat(), 1)[0]!);
  const texts = Array.from({ length: 20_000 }, () => timeLike(random)).filter(isTime);
  expect(texts.length).toBeGreaterThan(500);
  const { rows } = await database.query<{ text: string; valid: boolean }>(
    `SELECT text, pg_input_is_valid(text, 'timestamptz') AS valid FROM unnest($1::text[]) text`,
    [texts],
  );
  expect(rows.filter(({ valid }) => !valid)).toEqual([]);
  const { rows: read } = await database.query<{ text: string; ms: number; printed: string }>(
    `SELECT text, trunc(extract(epoch FROM text::timestamptz) * 1000)::float8 AS ms,
       to_char(text::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS printed FROM unnest($1::text[]) text`,
    [texts],
  );
  // PostgreSQL keeps microseconds and rounds: .999999999 is the next second there.
  const wrong = read.filter(({ text, ms, printed }) => {
    const instant = Date.parse(text.toUpperCase());
    return Math.abs(ms - instant) > 1 || Math.abs(Date.parse(printed) - instant) > 1_000;
  });
  expect(wrong).toEqual([]);
});
