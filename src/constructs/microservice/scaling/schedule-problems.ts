import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import { integer, zoneName } from '../../shared/value-problems';
import type { ScheduleStep } from './schedule';
import { DAYS, minuteOfDay, minutesOf } from './week';

const FIX =
  "Write, for instance, schedule: [{ at: '10:00', replicas: 6 }, { at: '01:00', replicas: 2 }], timeZone: 'Europe/Berlin'.";

/** The problems of a schedule. */
export function* scheduleProblems(steps: readonly ScheduleStep[], zone: string): Generator<ProblemRow> {
  const wrong = (field: string, message: string, expected: string, got: unknown) =>
    row('schedule-invalid', { message, field, expected, got: show(got), fix: FIX });
  yield* zoneName('timeZone', zone);
  if (steps.length === 0) yield wrong('schedule', 'The schedule has no steps.', 'at least one step', steps);
  const taken = new Set<number>();
  for (const [i, step] of steps.entries()) {
    const { at, replicas, days = DAYS } = step;
    const field = `schedule[${i}]`;
    if (minuteOfDay(at) === undefined) {
      yield wrong(`${field}.at`, 'This is not a time of day.', 'hours and minutes, from 00:00 to 23:59', at);
      continue;
    }
    yield* integer(`${field}.replicas`, replicas, { code: 'replicas-invalid', min: 0, fix: FIX });
    if (days.length === 0 || days.some((day) => !DAYS.includes(day)))
      yield wrong(`${field}.days`, 'These are not days of the week.', `one or more of ${DAYS.join(', ')}`, days);
    const moments = minutesOf(step);
    if (moments.some((moment) => taken.has(moment)))
      yield wrong(`${field}.at`, 'Two steps have the same time.', 'a different time for each step', at);
    for (const moment of moments) taken.add(moment);
  }
}
