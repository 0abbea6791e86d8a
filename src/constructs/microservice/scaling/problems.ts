import { row, type ProblemRow } from '../../../problems/problem';
import { show } from '../../../basics/text';
import { integer } from '../../shared/value-problems';
import type { MicroserviceOptions } from '../options';
import type { ResolvedScaling, WrittenScaling } from '../resolve';
import type { Autoscale } from './autoscale';
import { resolveAutoscale } from './resolve-autoscale';
import { scheduleProblems } from './schedule-problems';

type Found = Generator<ProblemRow>;

/** The problems of the options that set the number of replicas. */
export function* scalingProblems(given: MicroserviceOptions, scaling: ResolvedScaling): Found {
  const { replicas, autoscale, schedule } = given as WrittenScaling;
  const others = Object.entries({ autoscale, schedule }).filter(([, value]) => value !== undefined);
  if (replicas !== undefined && others.length > 0) {
    const names = others.map(([name]) => name).join(' and ');
    yield row('replicas-and-autoscale', {
      message: `A fixed number of replicas and ${names} exclude each other.`,
      field: 'replicas',
      expected: `either replicas or ${names}`,
      got: `replicas ${show(replicas)} and ${names}`,
      fix: 'Remove replicas: autoscale.min or the schedule sets the initial number.',
    });
  }
  if (replicas !== undefined) yield* integer('replicas', replicas, { code: 'replicas-invalid', min: 0 });
  if (scaling.kind === 'schedule') yield* scheduleProblems(scaling.steps, scaling.timeZone);
  if (!autoscale) return;
  yield* autoscaleProblems(autoscale);
  if (schedule) {
    const floors = schedule.map((step) => step.replicas);
    yield* floorProblems(autoscale, floors);
  }
}

function* autoscaleProblems(given: Autoscale): Found {
  const { min, max, cpu, calm } = resolveAutoscale(given);
  const common = {
    code: 'autoscale-invalid',
    fix: 'Write, for instance, autoscale: { min: 2, max: 6, cpu: 70 }.',
  } as const;
  yield* integer('autoscale.min', min, { ...common, min: 1 });
  if (!(Number.isInteger(max) && max > min)) {
    yield row('autoscale-invalid', {
      message: 'The maximum must be larger than the minimum.',
      field: 'autoscale.max',
      expected: `a whole number above min (${show(min)})`,
      got: show(max),
      fix: common.fix,
    });
  }
  if (cpu !== undefined) yield* integer('autoscale.cpu', cpu, { ...common, min: 1, max: 100 });
  if (calm !== undefined) yield* integer('autoscale.calm', calm, { ...common, min: 0, max: 3600 });
}

/**
 * The problems of a schedule with autoscaling. The schedule sets the minimum, which must be in the range of the
 * autoscaler.
 */
function* floorProblems({ min, max }: Autoscale, floors: readonly number[]): Found {
  if (min !== undefined) {
    yield row('replicas-and-autoscale', {
      message: 'The schedule and autoscale.min both set the minimum number of replicas.',
      field: 'autoscale.min',
      expected: 'one of the two',
      got: show(min),
      fix: 'Remove autoscale.min.',
    });
  }
  for (const [i, floor] of floors.entries()) {
    if (floor >= 1 && floor <= max) continue;
    yield row('autoscale-invalid', {
      message: 'The number of replicas is outside the range of the autoscaler.',
      field: `schedule[${i}].replicas`,
      expected: `a number from 1 to autoscale.max (${show(max)})`,
      got: show(floor),
      fix: 'Raise autoscale.max, or lower the replicas of the step.',
    });
  }
}
