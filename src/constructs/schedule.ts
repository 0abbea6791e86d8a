import { show, type Finding } from '../k8s/problem';

/** The days of the week, as a schedule names them. */
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
/** A day of the week. */
export type Day = (typeof DAYS)[number];

/** From this time on there are this many copies, until the next step. */
export interface ScheduleStep {
  /** The time on the clock of the schedule's time zone, such as `10:00`. */
  readonly at: string;
  /** The number of copies; under autoscaling the fewest. */
  readonly replicas: number;
  /**
   * The days on which it happens.
   * @default - every day
   */
  readonly days?: readonly Day[];
}

const DAY = 24 * 60;

/** The steps of a week in their order: the minute of the week, and the copies from then on. */
export function weekOf(steps: readonly ScheduleStep[]): { minute: number; replicas: number }[] {
  return steps
    .flatMap(({ at, replicas, days = DAYS }) => days.map((day) => ({ minute: DAYS.indexOf(day) * DAY + (minuteOfDay(at) ?? 0), replicas })))
    .toSorted((a, b) => a.minute - b.minute);
}

/** How many copies a schedule asks for at a moment: what the last step said, by the clock on the wall there. */
export function scheduledReplicas(steps: readonly ScheduleStep[], timeZone: string, moment: Date): number {
  const week = weekOf(steps);
  const now = minuteOfWeek(timeZone, moment);
  // Before the first step of a week the last one of the week before still holds.
  return (week.findLast(({ minute }) => minute <= now) ?? week.at(-1)!).replicas;
}

/** The minute of the week that clocks in a time zone show. */
export function minuteOfWeek(timeZone: string, moment: Date): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return DAYS.indexOf(parts.weekday as Day) * DAY + Number(parts.hour) * 60 + Number(parts.minute);
}

/** What is wrong with a schedule. */
export function* scheduleProblems(steps: readonly ScheduleStep[], timeZone: string): Generator<Finding> {
  const mend = "Write, for instance, schedule: [{ at: '10:00', replicas: 6 }, { at: '01:00', replicas: 2 }], timeZone: 'Europe/Berlin'.";
  if (!isTimeZone(timeZone)) {
    yield [
      'schedule-invalid',
      { message: 'There is no such time zone.', field: 'timeZone', expected: 'a name such as Europe/Berlin', got: show(timeZone), mend },
    ];
  }
  if (steps.length === 0) {
    yield [
      'schedule-invalid',
      { message: 'The schedule has no steps.', field: 'schedule', expected: 'at least one step', got: '[]', mend },
    ];
  }
  const taken = new Set<number>();
  for (const [i, { at, replicas, days = DAYS }] of steps.entries()) {
    const field = `schedule[${i}]`;
    const minute = minuteOfDay(at);
    if (minute === undefined) {
      yield [
        'schedule-invalid',
        {
          message: 'It is not a time of day.',
          field: `${field}.at`,
          expected: 'hours and minutes, from 00:00 to 23:59',
          got: show(at),
          mend,
        },
      ];
      continue;
    }
    if (!Number.isSafeInteger(replicas) || replicas < 0) {
      yield [
        'replicas-invalid',
        {
          message: 'There cannot be this many copies.',
          field: `${field}.replicas`,
          expected: 'a whole number from 0 on',
          got: show(replicas),
          mend,
        },
      ];
    }
    if (days.length === 0 || days.some((day) => !DAYS.includes(day))) {
      yield [
        'schedule-invalid',
        {
          message: 'These are not days of the week.',
          field: `${field}.days`,
          expected: `some of ${DAYS.join(', ')}`,
          got: show(days),
          mend,
        },
      ];
    }
    const moments = days.map((day) => DAYS.indexOf(day) * DAY + minute);
    if (moments.some((moment) => taken.has(moment))) {
      yield [
        'schedule-invalid',
        {
          message: 'Two steps happen at the same time.',
          field: `${field}.at`,
          expected: 'a time of its own for each step',
          got: show(at),
          mend,
        },
      ];
    }
    for (const moment of moments) taken.add(moment);
  }
}

function minuteOfDay(at: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** Whether there is such a time zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone }).format();
    return true;
  } catch {
    return false;
  }
}
