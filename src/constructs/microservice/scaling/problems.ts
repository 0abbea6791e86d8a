import type { ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import type { Autoscale, MicroserviceOptions } from '../options';
import { resolveAutoscale, type ResolvedScaling, type WrittenScaling } from '../resolve';
import { scheduleProblems } from './schedule-problems';

/** What is wrong with that which decides on the copies: a number, the load or the clock. */
export function* scalingProblems(given: MicroserviceOptions, scaling: ResolvedScaling): Generator<ProblemRow> {
  const { replicas, autoscale, schedule } = given as WrittenScaling;
  const others = Object.entries({ autoscale, schedule }).filter(([, value]) => value !== undefined);
  if (replicas !== undefined && others.length > 0) {
    const names = others.map(([name]) => name).join(' and ');
    yield [
      'replicas-and-autoscale',
      {
        message: `A fixed number of copies and ${names} would work against each other.`,
        field: 'replicas',
        expected: `either replicas or ${names}`,
        got: `replicas ${show(replicas)} and ${names}`,
        fix: 'Take out replicas: autoscale.min, or the schedule, says where it starts.',
      },
    ];
  }
  if (replicas !== undefined && !(Number.isSafeInteger(replicas) && replicas >= 0)) {
    yield [
      'replicas-invalid',
      {
        message: 'There cannot be this many copies.',
        field: 'replicas',
        expected: 'a whole number from 0 on',
        got: show(replicas),
        fix: 'Write the number of copies.',
      },
    ];
  }
  if (scaling.kind === 'schedule') yield* scheduleProblems(scaling.steps, scaling.timeZone);
  if (!autoscale) return;
  yield* autoscaleProblems(autoscale);
  if (schedule)
    yield* floorProblems(
      autoscale,
      schedule.map((step) => step.replicas),
    );
}

function* autoscaleProblems(given: Autoscale): Generator<ProblemRow> {
  const { min, max, cpu, calm } = resolveAutoscale(given);
  const wrong = [
    !(Number.isInteger(min) && min >= 1) && (['min', 'a whole number from 1 on', min] as const),
    !(Number.isInteger(max) && max > min) && (['max', `a whole number above min (${show(min)})`, max] as const),
    !(Number.isInteger(cpu) && cpu >= 1 && cpu <= 100) && (['cpu', 'a whole number from 1 to 100', cpu] as const),
    calm !== undefined &&
      !(Number.isInteger(calm) && calm >= 0 && calm <= 3600) &&
      (['calm', 'whole seconds, from 0 to 3600', calm] as const),
  ];
  for (const entry of wrong) {
    if (!entry) continue;
    const [field, expected, got] = entry;
    yield [
      'autoscale-invalid',
      {
        message: `Autoscaling cannot work with this ${field}.`,
        field: `autoscale.${field}`,
        expected,
        got: show(got),
        fix: 'Write, for instance, autoscale: { min: 2, max: 6, cpu: 70 }.',
      },
    ];
  }
}

/** Under a schedule the fewest copies follow the clock: they stay within what the autoscaler may do. */
function* floorProblems({ min, max }: Autoscale, floors: readonly number[]): Generator<ProblemRow> {
  if (min !== undefined) {
    yield [
      'replicas-and-autoscale',
      {
        message: 'The schedule and autoscale.min both give the fewest copies.',
        field: 'autoscale.min',
        expected: 'one of the two',
        got: show(min),
        fix: 'Take out autoscale.min.',
      },
    ];
  }
  for (const [i, floor] of floors.entries()) {
    if (floor >= 1 && floor <= max) continue;
    yield [
      'autoscale-invalid',
      {
        message: 'The autoscaler cannot keep to this step.',
        field: `schedule[${i}].replicas`,
        expected: `a number from 1 to autoscale.max (${show(max)})`,
        got: show(floor),
        fix: 'Raise autoscale.max, or lower the step.',
      },
    ];
  }
}
