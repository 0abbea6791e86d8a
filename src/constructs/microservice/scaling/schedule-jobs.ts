import type { V1CronJob } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../../images/image';
import { SCALED_OBJECT } from '../../../k8s/keda';
import { SCHEDULE_MANAGER } from '../../../k8s/keys';
import type { Schedule } from './schedule';
import { addApiAccount, addApiJob, apiJobSpec, type ApiProgram } from '../../shared/api-job';
import { addObject, selectorLabels } from '../../shared/object';
import { WallClock } from './wall-clock';
import { cronDay, DAY, dayOf, DAYS, HOUR, MINUTE, stepsBetween, weekOf, type Day } from './week';

/** The kinds whose number a schedule sets: the replicas, or the minimum of an autoscaler. */
export type ScheduledKind = 'Deployment' | 'HorizontalPodAutoscaler' | 'ScaledObject';

interface ScheduledField {
  readonly apiVersion: string;
  readonly plural: string;
  readonly subresource?: string;
  readonly field: string;
}

const FIELDS: Readonly<Record<ScheduledKind, ScheduledField>> = {
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments', subresource: 'scale', field: 'replicas' },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    plural: 'horizontalpodautoscalers',
    field: 'minReplicas',
  },
  ScaledObject: { ...SCALED_OBJECT, field: 'minReplicaCount' },
};

interface ScheduleJobOptions {
  /** The microservice whose replicas follow the schedule. */
  readonly target: string;
  /** What the schedule changes: an object with the name of the microservice. */
  readonly kind: ScheduledKind;
  readonly schedule: Schedule;
  /** An image with Node.js. */
  readonly image: Image;
}

/**
 * Adds the Jobs of a schedule: a CronJob for each time of day, and a Job that runs after apply. All run the same
 * program. It sets the number of replicas for the current time, so a late or repeated run does no harm.
 */
export function addScheduleJobs(
  scope: Construct & { namespace: string | undefined },
  options: ScheduleJobOptions,
): void {
  const { target, kind, schedule, image } = options;
  const { steps, timeZone } = schedule;
  const name = `${target}-schedule`;
  const { apiVersion, plural, subresource, field } = FIELDS[kind];
  const under = subresource === undefined ? '' : `/${subresource}`;
  // It may only change the number of replicas of this microservice.
  addApiAccount(scope, 'schedule', name, [
    { apiGroups: [apiVersion.split('/')[0]!], resources: [plural + under], resourceNames: [target], verbs: ['patch'] },
  ]);

  const path = `/apis/${apiVersion}/namespaces/NAMESPACE/${plural}/${target}${under}`;
  const program: ApiProgram = {
    name,
    image,
    script: SCRIPT,
    env: () => [
      // The manager tells `callsign apply` that a schedule, and not a person, set the number.
      { name: 'PATH_TO_SET', value: `${path}?fieldManager=${SCHEDULE_MANAGER}` },
      { name: 'FIELD', value: field },
      { name: 'TIME_ZONE', value: timeZone },
      { name: 'WEEK', value: JSON.stringify(weekOf(steps).map(({ minute, step }) => [minute, step.replicas])) },
    ],
  };
  addApiJob(scope, 'schedule-job', program);
  for (const [at, cron] of timesOf(schedule)) {
    addObject<V1CronJob>(scope, `schedule-${at}`, {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: `${name}-${at.replace(':', '')}`, labels: selectorLabels(name, scope.namespace) },
      spec: {
        schedule: cron,
        timeZone,
        concurrencyPolicy: 'Replace',
        // If the cluster was off at the scheduled time, it runs the Job later. The program uses the current time.
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: { spec: apiJobSpec(scope, program) },
      },
    });
  }
}

/** The years that the CronJobs cover. They are fixed, so that the same charts always give the same manifests. */
const [FROM, TO] = [Date.UTC(2025, 0), Date.UTC(2038, 0)];

/**
 * The cron expressions of a schedule, by time of day. If clocks skip the time of a CronJob, it does not run on that
 * day. The program therefore also runs at the time to which clocks jump.
 */
function timesOf({ steps, timeZone }: Schedule): Map<string, string> {
  const times = new Map<string, Set<Day>>();
  const add = (at: string, days: readonly Day[]) => times.set(at, new Set([...(times.get(at) ?? []), ...days]));
  for (const { at, days = DAYS } of steps) add(at, days);
  const jumps = [...new WallClock(timeZone).jumps(FROM, TO)];
  for (const { from, to } of jumps) {
    if (stepsBetween(steps, from, to - MINUTE).length > 0) add(new Date(to).toISOString().slice(11, 16), [dayOf(to)]);
  }
  // Kubernetes searches the next time of a CronJob day by day and hour by hour. It can miss a weekday if a day begins
  // at one o'clock, and an hour if a change of clocks does not begin and end at a full hour. In such time zones the
  // expression contains no weekday or no hour.
  const everyDay = jumps.some(({ from, to }) => Math.ceil(from / DAY) * DAY < to);
  const everyHour = jumps.some(({ from, to }) => from % HOUR !== 0 || to % HOUR !== 0);
  return new Map(
    [...times].map(([at, days]) => {
      const [hour, minute] = at.split(':').map(Number);
      const isEvery = everyDay || everyHour || days.size === 7;
      const weekdays = isEvery
        ? '*'
        : [...days]
            .map(cronDay)
            .toSorted((a, b) => a - b)
            .join(',');
      return [at, `${minute} ${everyHour ? '*' : hour} * * ${weekdays}`];
    }),
  );
}

/** The program in the cluster. It calculates the number of replicas in the same way as `scheduledReplicas`. */
const SCRIPT = `
const { PATH_TO_SET, FIELD, TIME_ZONE, WEEK, NAMESPACE } = process.env;
const format = new Intl.DateTimeFormat('en', {
  timeZone: TIME_ZONE, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23',
});
const reading = (instant) => {
  const { year, month, day, hour, minute } = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(year, month - 1, day, hour, minute) / 60000;
};
// Clocks that were set back show times again: what they showed before still holds.
const latest = Math.max(...Array.from({ length: 181 }, (_, minutes) => reading(Date.now() - minutes * 60000)));
// 1970 began on a Thursday.
const now = (latest + 3 * 1440) % (7 * 1440);
const week = JSON.parse(WEEK);
const [, copies] = week.findLast(([from]) => from <= now) ?? week.at(-1);
api('PATCH', PATH_TO_SET.replace('NAMESPACE', NAMESPACE), { spec: { [FIELD]: copies } }, 'application/merge-patch+json').then(({ status, statusText }) => {
  if (status !== 200) throw new Error(status + ' ' + statusText);
  console.log(FIELD + ' is ' + copies);
});
`;
