import { isCron } from '../../k8s/cron';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { programProblems } from '../program/problems';
import { enumValue, imageProblems, integer, nameLength, zoneName } from '../shared/value-problems';
import type { CronTaskOptions, TaskBase, TaskOptions } from './options';
import type { ResolvedCronTask, ResolvedTask, ResolvedTaskBase } from './resolve';

type Found = Generator<ProblemRow>;

/** The name of a Job has at most 63 characters, and here it ends with a dash and a hash. */
const LONGEST_TASK = 63 - '-12345678'.length;
/** The name of a CronJob has at most 52 characters. */
const LONGEST_CRON_TASK = 52;

/** The problems of the options of a task. */
export function* taskProblems(name: string, given: TaskOptions, options: ResolvedTask): Found {
  yield* baseProblems(name, given, options, LONGEST_TASK);
  yield* imageProblems(options.waitImage, 'waitImage');
}

/** The problems of the options of a task with a schedule. */
export function* cronTaskProblems(name: string, given: CronTaskOptions, options: ResolvedCronTask): Found {
  yield* baseProblems(name, given, options, LONGEST_CRON_TASK);
  const { schedule, timeZone, concurrency, startWithin, history } = options;
  if (!isCron(schedule))
    yield row('cron-invalid', {
      message: 'This is not a schedule that is ever due.',
      field: 'schedule',
      expected: 'minute, hour, day, month and weekday, such as 0 3 * * *',
      got: show(schedule),
      fix: "Write, for instance, schedule: '0 3 * * *' for every day at three o'clock.",
    });
  yield* zoneName('timeZone', timeZone);
  yield* enumValue('concurrency', concurrency, ['forbid', 'replace', 'allow'], 'construct-invalid');
  // Kubernetes looks for due runs every ten seconds.
  yield* integer('startWithin', startWithin, { code: 'time-invalid', min: 10 });
  for (const [option, value] of Object.entries(history))
    yield* integer(`history.${option}`, value, { code: 'construct-invalid', min: 0 });
}

function* baseProblems(name: string, given: TaskBase, options: ResolvedTaskBase, longest: number): Found {
  yield* programProblems(name, given, options);
  yield* integer('retries', options.retries, { code: 'construct-invalid', min: 0 });
  yield* integer('deadline', options.deadline, { code: 'time-invalid', min: 1 });
  yield* nameLength(name, longest, 'the names of its Jobs');
}
