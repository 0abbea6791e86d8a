import type { V1CronJob } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../k8s/image';
import { DAYS, weekOf, type ScheduleStep } from '../schedule';
import { addApiAccount, addApiJob, apiJobSpec, type ApiProgram } from './api-job';
import { addObject, selectorLabels } from './object';

interface ScheduleJobOptions {
  /** The microservice whose copies follow the schedule. */
  readonly target: string;
  readonly steps: readonly ScheduleStep[];
  readonly timeZone: string;
  /** Whether an autoscaler owns the number: then its fewest copies follow the schedule. */
  readonly autoscaled: boolean;
  /** An image with Node.js. */
  readonly image: Image;
}

/**
 * Copies by the clock: a CronJob for each time, and a Job for the moment of apply. All of them run one program,
 * which looks at the clock and sets what the schedule asks for now: one that comes late, or twice, does no harm.
 */
export function addScheduleJobs(scope: Construct & { namespace: string | undefined }, options: ScheduleJobOptions): void {
  const { target, steps, timeZone, autoscaled, image } = options;
  const name = `${target}-schedule`;
  const [group, resource] = autoscaled ? ['autoscaling', 'horizontalpodautoscalers'] : ['apps', 'deployments/scale'];
  // It may change the number of this one microservice, and see nothing.
  addApiAccount(scope, 'schedule', name, [{ apiGroups: [group], resources: [resource], resourceNames: [target], verbs: ['patch'] }]);

  const path = autoscaled
    ? `/apis/autoscaling/v2/namespaces/NAMESPACE/horizontalpodautoscalers/${target}`
    : `/apis/apps/v1/namespaces/NAMESPACE/deployments/${target}/scale`;
  const program: ApiProgram = {
    name,
    image,
    script: SCRIPT,
    env: [
      { name: 'PATH_TO_SET', value: path },
      { name: 'FIELD', value: autoscaled ? 'minReplicas' : 'replicas' },
      { name: 'TIME_ZONE', value: timeZone },
      { name: 'WEEK', value: JSON.stringify(weekOf(steps).map(({ minute, replicas }) => [minute, replicas])) },
    ],
  };
  addApiJob(scope, 'schedule-job', program);
  for (const [at, days] of timesOf(steps)) {
    addObject<V1CronJob>(scope, `schedule-${at}`, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: `${name}-${at.replace(':', '')}`, labels: selectorLabels(name, scope.namespace) },
      spec: {
        schedule: `${Number(at.slice(3))} ${Number(at.slice(0, 2))} * * ${days}`,
        timeZone,
        concurrencyPolicy: 'Replace',
        // A cluster that was down at the time makes up for it: the program asks the clock, so late is as good.
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: { spec: apiJobSpec(scope, program) },
      },
    });
  }
}

/**
 * The times at which the program runs, each with its days. A time that clocks skip in spring never comes on that day,
 * so what stands between two and three o'clock is looked at once more at three.
 */
function timesOf(steps: readonly ScheduleStep[]): Map<string, string> {
  const times = new Map<string, Set<number>>();
  const add = (at: string, days: readonly number[]) => times.set(at, new Set([...(times.get(at) ?? []), ...days]));
  for (const { at, days = DAYS } of steps) {
    const numbers = days.map((day) => (DAYS.indexOf(day) + 1) % 7);
    add(at, numbers);
    if (/^0[0-2]:/.test(at)) add(`0${Number(at[1]) + 1}:00`, numbers);
  }
  return new Map([...times].map(([at, days]) => [at, days.size === 7 ? '*' : [...days].toSorted((a, b) => a - b).join(',')]));
}

/** The same reckoning as `scheduledReplicas`, in the cluster. */
const SCRIPT = `
const { PATH_TO_SET, FIELD, TIME_ZONE, WEEK, NAMESPACE } = process.env;
const format = new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const { weekday, hour, minute } = Object.fromEntries(format.formatToParts(new Date()).map(({ type, value }) => [type, value]));
const now = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(weekday) * 1440 + Number(hour) * 60 + Number(minute);
const week = JSON.parse(WEEK);
const [, copies] = week.findLast(([from]) => from <= now) ?? week.at(-1);
api('PATCH', PATH_TO_SET.replace('NAMESPACE', NAMESPACE), { spec: { [FIELD]: copies } }, 'application/merge-patch+json').then(({ status, statusText }) => {
  if (status !== 200) throw new Error(status + ' ' + statusText);
  console.log(FIELD + ' is ' + copies);
});
`;
