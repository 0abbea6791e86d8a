/** A parsed schedule: the values of each field. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day must match both `days` and `weekdays`. That is so if one of them is `*`. */
  readonly bothDays: boolean;
}

/** The ranges of the five fields, and the names for numbers. */
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

/** Parses a schedule as Kubernetes does. Undefined if it is invalid. `@every 5m` counts as every minute. */
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

/** Whether any date matches. 30 February never does. */
export function isEverDue({ minutes, hours, days, months, weekdays, bothDays }: Cron): boolean {
  if (minutes.size === 0 || hours.size === 0 || months.size === 0) return false;
  const hasDay = [...months].some((month) => [...days].some((day) => day <= LONGEST[month - 1]!));
  return bothDays ? hasDay && weekdays.size > 0 : hasDay || weekdays.size > 0;
}

/** Whether it is a valid schedule of a CronJob, and some date matches. */
export function isCron(schedule: unknown): schedule is string {
  const cron = typeof schedule === 'string' ? parseCron(schedule) : undefined;
  return cron !== undefined && isEverDue(cron);
}

/** Whether a field is `*`. A step other than 1 selects only some values. */
function isEvery(field: string): boolean {
  return field.split(',').some((item) => /^[*?](-[^/]*)?(\/\+?0*1)?$/.test(item));
}

/** The values of a field with lists, ranges and steps. Undefined if the field is invalid. */
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
  // Kubernetes ignores empty items.
  for (const item of field.split(',').filter((text) => text !== '')) {
    const [, range = '', step] = /^([^/]*)(?:\/(\+?\d+))?$/.exec(item) ?? [];
    const [from, to, more] = /^[*?](-|$)/.test(range) ? [least, most] : range.split('-').map(numberOf);
    // A start with a step and no end extends to the highest value.
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
