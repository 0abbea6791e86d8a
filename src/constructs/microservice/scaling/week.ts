// Times of a week. A reading is the time that clocks show, in milliseconds as if it were UTC (see wall-clock.ts).

/** The days of the week in a schedule. */
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A day of the week. */
export type Day = (typeof DAYS)[number];

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** The first Monday: 1970 began on a Thursday. */
const MONDAY = -3 * DAY;
const MINUTES_PER_DAY = DAY / MINUTE;

/** The time of day of a step, and its days. The default is every day. */
interface WeeklyStep {
  readonly at: string;
  readonly days?: readonly Day[];
}

/** The minute of the day for a text such as `10:00`; undefined if the text is not a time of day. */
export function minuteOfDay(at: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** The minutes of the week at which a step happens. */
export function minutesOf({ at, days = DAYS }: WeeklyStep): number[] {
  return days.map((day) => DAYS.indexOf(day) * MINUTES_PER_DAY + (minuteOfDay(at) ?? 0));
}

/** The steps of a week in order, each with its minute of the week. */
export function weekOf<Step extends WeeklyStep>(steps: readonly Step[]): { minute: number; step: Step }[] {
  return steps
    .flatMap((step) => minutesOf(step).map((minute) => ({ minute, step })))
    .toSorted((a, b) => a.minute - b.minute);
}

/** The minute of the week of a reading. */
export function minuteOfWeek(reading: number): number {
  return (reading - weekBefore(reading)) / MINUTE;
}

/** The day of the week of a reading. */
export function dayOf(reading: number): Day {
  return DAYS[Math.floor(minuteOfWeek(reading) / MINUTES_PER_DAY)]!;
}

/** The number of a day in a cron expression. Sunday is 0. */
export function cronDay(day: Day): number {
  return (DAYS.indexOf(day) + 1) % 7;
}

/** The steps between two readings in order, each with its reading. Both ends are included. */
export function stepsBetween<Step extends WeeklyStep>(
  steps: readonly Step[],
  from: number,
  to: number,
): { step: Step; reading: number }[] {
  const week = weekOf(steps);
  const found: { step: Step; reading: number }[] = [];
  for (let start = weekBefore(from); start <= to; start += WEEK)
    found.push(...week.map(({ minute, step }) => ({ step, reading: start + minute * MINUTE })));
  return found.filter(({ reading }) => reading >= from && reading <= to);
}

/** The start of the week of a reading. */
function weekBefore(reading: number): number {
  return Math.floor((reading - MONDAY) / WEEK) * WEEK + MONDAY;
}
