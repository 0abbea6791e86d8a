/**
 * Whether a text is a time of RFC 3339 that exists and that PostgreSQL and JavaScript both read as the same instant, from
 * the year 1 to the year 9999. JavaScript alone accepts more: June 31 is July 1 there, and the year 0 exists.
 */
export function isTime(text: string): boolean {
  const match = PATTERN.exec(text);
  if (!match) return false;
  const [year, month, day, hour, minute, second, offsetHour = 0, offsetMinute = 0] = match.slice(1).map(numberOf);
  // PostgreSQL knows offsets up to 15:59. JavaScript has no second 60.
  const inRange =
    hour! < 24 && minute! < 60 && second! < 60 && offsetHour < 16 && offsetMinute < 60 && month! >= 1 && month! <= 12;
  if (!inRange || year === 0 || day! < 1 || day! > daysIn(year!, month!)) return false;
  const instant = Date.parse(text.toUpperCase());
  return instant >= FIRST && instant <= LAST;
}

const PATTERN = /^(\d{4})-(\d\d)-(\d\d)t(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:z|[+-](\d\d):(\d\d))$/i;
/** In UTC. An offset can move a time out of this range, and PostgreSQL rounds fractions of a second up. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59Z');

const numberOf = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}
