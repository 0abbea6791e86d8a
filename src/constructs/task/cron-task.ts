import type { V1CronJob, V1CronJobSpec } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { exceptionsAnnotation } from '../../k8s/exceptions';
import { containerExceptions } from '../program/container-exceptions';
import { existingSecrets } from '../program/existing-secrets';
import { addObject } from '../shared/object';
import { configured, unknownInPart, type Known } from '../shared/overrides';
import { BaseTask } from './base';
import { CronTaskObjects } from './objects';
import { CRON_TASK_OPTIONS, type Concurrency, type CronTaskOptions } from './options';
import { runSpec } from './pod';
import { cronTaskProblems } from './problems';
import { CRON_TASK_DEFAULTS, resolveCronTask, type ResolvedCronTask } from './resolve';

/** The options, those that an environment variable can set, and the defaults that `explain` reports. */
const KNOWN: Known = {
  names: CRON_TASK_OPTIONS,
  numbers: ['retries', 'deadline', 'user', 'pool', 'startWithin'],
  texts: ['schedule', 'timeZone', 'resources.cpu', 'resources.memory', 'resources.memoryLimit'],
  images: ['image'],
  defaults: CRON_TASK_DEFAULTS,
};

const POLICIES: Readonly<Record<Concurrency, string>> = { forbid: 'Forbid', replace: 'Replace', allow: 'Allow' };

/** A program that runs to its end at the times of a schedule: a report, a cleanup or an import. */
export class CronTask extends BaseTask<ResolvedCronTask> {
  constructor(scope: Construct, id: string, given: CronTaskOptions) {
    const written = configured(scope, id, given, KNOWN);
    const options = resolveCronTask(written);
    const isAlone = options.concurrency === 'forbid';
    super(scope, id, options, { replicas: 1, leaving: isAlone ? 0 : 1 });
    for (const finding of unknownInPart(this, id, given, KNOWN)) this.problem(...finding);
    for (const finding of cronTaskProblems(this.name, written, options)) this.problem(...finding);
    const annotations = {
      ...existingSecrets(options, this.caller),
      ...exceptionsAnnotation(containerExceptions(this.name, options)),
    };
    addObject<V1CronJob>(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: {
        name: this.name,
        labels: this.labels,
        annotations,
      },
      spec: () => this.#spec(options),
    });
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): CronTaskObjects {
    return new CronTaskObjects(this);
  }

  #spec({ schedule, timeZone, concurrency, startWithin, history, suspend }: ResolvedCronTask): V1CronJobSpec {
    return {
      schedule,
      timeZone,
      concurrencyPolicy: POLICIES[concurrency],
      startingDeadlineSeconds: startWithin,
      successfulJobsHistoryLimit: history.succeeded,
      failedJobsHistoryLimit: history.failed,
      ...(suspend && { suspend }),
      jobTemplate: { spec: runSpec(this, this.pod) },
    };
  }
}
