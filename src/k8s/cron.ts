/** The five fields of a schedule of cron: how far each goes, and the names that stand for numbers. */
const FIELDS = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] },
  { least: 0, most: 6, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
] as const;
const NICKNAMES = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;
/** The days of each month in a leap year. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a CronJob takes it as its schedule, and some day of the calendar fits. */
export function isCron(schedule: unknown): schedule is string {
  if (typeof schedule !== 'string') return false;
  if (NICKNAMES.test(schedule)) return true;
  const parts = schedule.trim().split(/\s+/);
  const sets = parts.map((part, i) => (FIELDS[i] ? valuesOf(part, FIELDS[i]) : undefined));
  if (parts.length !== FIELDS.length || sets.includes(undefined)) return false;
  const [, , days, months] = sets as number[][];
  // Where the day of the week is said too, one of the two is enough.
  return parts[4] !== '*' || months!.some((month) => days!.some((day) => day <= LONGEST[month - 1]!));
}

/** The numbers that a field means: lists, ranges and steps of them; undefined when it is none. */
function valuesOf(
  field: string,
  { least, most, ...rest }: { least: number; most: number; names?: readonly string[] },
): number[] | undefined {
  const numberOf = (text: string) => {
    const named = rest.names?.indexOf(text.toUpperCase()) ?? -1;
    if (named >= 0) return named + least;
    return /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  };
  const values: number[] = [];
  for (const item of field.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(item) ?? [];
    const [first, last] = range === '*' || range === '?' ? [least, most] : range.split('-', 2).map(numberOf);
    const end = last ?? (step === undefined ? first : most);
    if (first === undefined || range.split('-').length > 2 || !(first >= least && end! >= first && end! <= most) || step === '0')
      return undefined;
    for (let value = first; value <= end!; value += Number(step ?? 1)) values.push(value);
  }
  return values;
}
