/** When a CronJob is due: of each field the values that it takes. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day has to fit both fields: where either of them takes every day. */
  readonly bothDays: boolean;
}

/** The five fields: how far each goes, and the names that stand for numbers. */
const FIELDS = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const;
const NICKNAMES = new Map(
  Object.entries({
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
    '@monthly': '0 0 1 * *',
    '@weekly': '0 0 * * 0',
    '@daily': '0 0 * * *',
    '@midnight': '0 0 * * *',
    '@hourly': '0 * * * *',
  }),
);
/** The days of each month in a leap year. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads a schedule as Kubernetes does; undefined when it is none. `@every 5m` is due always. */
export function parseCron(text: string): Cron | undefined {
  if (/^@every (?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return parseCron('* * * * *');
  const fields = (NICKNAMES.get(text) ?? text).trim().split(/\s+/);
  if (fields.length !== FIELDS.length) return undefined;
  const sets = FIELDS.map((field, i) => valuesOf(fields[i]!, field));
  if (sets.includes(undefined)) return undefined;
  const [minutes, hours, days, months, weekdays] = sets as Set<number>[];
  return {
    minutes: minutes!,
    hours: hours!,
    days: days!,
    months: months!,
    weekdays: weekdays!,
    bothDays: isEvery(fields[2]!) || isEvery(fields[4]!),
  };
}

/** Whether any calendar has a day on which it is due: 30 February is in none. */
export function isEverDue({ minutes, hours, days, months, weekdays, bothDays }: Cron): boolean {
  if (minutes.size === 0 || hours.size === 0 || months.size === 0) return false;
  const hasDay = [...months].some((month) => [...days].some((day) => day <= LONGEST[month - 1]!));
  return bothDays ? hasDay && weekdays.size > 0 : hasDay || weekdays.size > 0;
}

/** Whether a CronJob takes it as its schedule, and some day of the calendar fits. */
export function isCron(schedule: unknown): schedule is string {
  const cron = typeof schedule === 'string' ? parseCron(schedule) : undefined;
  return cron !== undefined && isEverDue(cron);
}

/** Whether a field leaves all values open: one with a step picks some of them. */
function isEvery(field: string): boolean {
  return field.split(',').some((item) => /^[*?](-[^/]*)?(\/\+?0*1)?$/.test(item));
}

/** The numbers that a field means: lists, ranges and steps of them; undefined when it is none. */
function valuesOf(
  field: string,
  { least, most, ...rest }: { least: number; most: number; names?: readonly string[] },
): Set<number> | undefined {
  const numberOf = (text: string) => {
    const named = rest.names?.indexOf(text.toLowerCase()) ?? -1;
    if (named >= 0) return named + least;
    return /^\+?\d+$/.test(text) ? Number(text) : NaN;
  };
  const values = new Set<number>();
  // Kubernetes passes over an item that is empty.
  for (const item of field.split(',').filter((text) => text !== '')) {
    const [, range = '', step] = /^([^/]*)(?:\/(\+?\d+))?$/.exec(item) ?? [];
    const [from, to, more] = /^[*?](-|$)/.test(range) ? [least, most] : range.split('-').map(numberOf);
    // A start with a step and no end goes on to the last.
    const end = to ?? (step === undefined ? from : most);
    const stride = Number(step ?? 1);
    if (
      from === undefined ||
      end === undefined ||
      more !== undefined ||
      !(from >= least && end <= most && from <= end && stride > 0)
    )
      return undefined;
    for (let value = from; value <= end; value += stride) values.add(value);
  }
  return values;
}
