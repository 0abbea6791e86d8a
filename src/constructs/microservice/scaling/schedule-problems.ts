import type { ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import { isTimeZone } from '../../../k8s/time-zone';
import type { ScheduleStep } from './schedule';
import { DAYS, minuteOfDay, minutesOf } from './week';

/** What is wrong with a schedule. */
export function* scheduleProblems(steps: readonly ScheduleStep[], timeZone: string): Generator<ProblemRow> {
  const fix =
    "Write, for instance, schedule: [{ at: '10:00', replicas: 6 }, { at: '01:00', replicas: 2 }], timeZone: 'Europe/Berlin'.";
  if (!isTimeZone(timeZone)) {
    yield [
      'schedule-invalid',
      {
        message: 'There is no such time zone.',
        field: 'timeZone',
        expected: 'a name such as Europe/Berlin',
        got: show(timeZone),
        fix,
      },
    ];
  }
  if (steps.length === 0) {
    yield [
      'schedule-invalid',
      { message: 'The schedule has no steps.', field: 'schedule', expected: 'at least one step', got: '[]', fix },
    ];
  }
  const taken = new Set<number>();
  for (const [i, step] of steps.entries()) {
    const { at, replicas, days = DAYS } = step;
    const field = `schedule[${i}]`;
    if (minuteOfDay(at) === undefined) {
      yield [
        'schedule-invalid',
        {
          message: 'It is not a time of day.',
          field: `${field}.at`,
          expected: 'hours and minutes, from 00:00 to 23:59',
          got: show(at),
          fix,
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
          fix,
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
          fix,
        },
      ];
    }
    const moments = minutesOf(step);
    if (moments.some((moment) => taken.has(moment))) {
      yield [
        'schedule-invalid',
        {
          message: 'Two steps happen at the same time.',
          field: `${field}.at`,
          expected: 'a time of its own for each step',
          got: show(at),
          fix,
        },
      ];
    }
    for (const moment of moments) taken.add(moment);
  }
}
