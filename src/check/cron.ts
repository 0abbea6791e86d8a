/** When a schedule of a CronJob is due: of each field the values that it takes. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day has to fit both fields: where either of them is `*`, or any weekday will do. */
  readonly bothDays: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MACROS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
/** The most days that a month can have. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads a schedule as Kubernetes does; undefined when it is none. `@every 5m` is due always. */
export function parseCron(text: string): Cron | undefined {
  if (/^@every (?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return parseCron('* * * * *');
  const fields = (MACROS[text] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minutes, hours, days, months, weekdays] = [
    values(fields[0]!, 0, 59),
    values(fields[1]!, 0, 23),
    values(fields[2]!, 1, 31),
    values(fields[3]!, 1, 12, MONTHS, 1),
    values(fields[4]!, 0, 6, WEEKDAYS, 0),
  ];
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  return { minutes, hours, days, months, weekdays, bothDays: /^[*?]/.test(fields[2]!) || /^[*?]/.test(fields[4]!) };
}

/** Whether any calendar has a day on which it is due: 30 February is in none. */
export function isEverDue({ days, months, weekdays, bothDays }: Cron): boolean {
  if (!bothDays && weekdays.size > 0) return true;
  return [...months].some((month) => [...days].some((day) => day <= DAYS[month - 1]!));
}

function values(field: string, least: number, most: number, names: readonly string[] = [], first = 0): Set<number> | undefined {
  const found = new Set<number>();
  const numberOf = (word: string) =>
    /^\d+$/.test(word) ? Number(word) : names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) + first : NaN;
  for (const part of field.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from, to, more] = /^[*?]$/.test(range) ? [least, most] : range.split('-').map(numberOf);
    // A start with a step and no end goes on to the last.
    const end = to ?? (step === undefined ? from : most);
    if (from === undefined || end === undefined || more !== undefined || !(from >= least && end <= most && from <= end) || step === '0')
      return undefined;
    for (let value = from; value <= end; value += Number(step ?? 1)) found.add(value);
  }
  return found;
}
