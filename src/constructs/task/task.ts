import type { V1ConfigMap, V1Job } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { ANNOTATIONS } from '../../k8s/keys';
import type { TaskMark } from '../../links/endpoint';
import { exceptionsAnnotation } from '../../k8s/exceptions';
import { containerExceptions } from '../program/container-exceptions';
import { existingSecrets } from '../program/existing-secrets';
import { addObject, objectFields } from '../shared/object';
import { addRole } from '../shared/role';
import { configured, unknownInPart, type Known } from '../shared/overrides';
import { BaseTask } from './base';
import { TaskObjects } from './objects';
import { TASK_OPTIONS, type TaskOptions } from './options';
import { circleProblems, rolledOutBefore, runAfter, runBefore } from './order';
import { runOnceSpec } from './pod';
import { taskProblems } from './problems';
import { resolveTask, TASK_DEFAULTS, type ResolvedTask } from './resolve';
import { marksOf, TaskJob } from './task-job';

/** The options, those that an environment variable can set, and the defaults that `explain` reports. */
const KNOWN: Known = {
  names: TASK_OPTIONS,
  numbers: ['retries', 'deadline', 'user', 'pool'],
  texts: ['resources.cpu', 'resources.memory', 'resources.memoryLimit'],
  images: ['image', 'waitImage'],
  defaults: TASK_DEFAULTS,
};

/**
 * A program that runs to its end, once for each change of its image or of its options: a migration of a database, or the
 * build of an index. Two versions of a task never run at the same time.
 */
export class Task extends BaseTask<ResolvedTask> {
  /** The key that it adds to a ConfigMap when it succeeds. @internal */
  readonly mark: TaskMark;

  constructor(scope: Construct, id: string, given: TaskOptions) {
    const written = configured(scope, id, given, KNOWN);
    const options = resolveTask(written);
    super(scope, id, options, { replicas: 1, leaving: 0 });
    for (const finding of unknownInPart(this, id, given, KNOWN)) this.problem(...finding);
    for (const finding of taskProblems(this.name, written, options)) this.problem(...finding);
    // The steps before and after the program send requests to the API server.
    this.caller.usesApiServer = true;
    this.#addRights();
    const marks = marksOf(this.name);
    addObject<V1ConfigMap>(this, 'marks', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: marks, labels: this.labels },
    });
    this.mark = { task: this.caller, configMap: marks, key: () => job.versionedName };
    for (const finding of runAfter(this.caller, this, options.after)) this.problem(...finding);
    for (const finding of runBefore(this.mark, options.before)) this.problem(...finding);
    this.checkLater(() => {
      for (const finding of circleProblems(this.caller)) this.problem(...finding);
    });
    const parts = rolledOutBefore(this.caller);
    const annotations = {
      ...existingSecrets(options, this.caller),
      ...exceptionsAnnotation(containerExceptions(this.name, options)),
      ...(parts.length > 0 && { [ANNOTATIONS.runsAfter]: JSON.stringify(parts) }),
    };
    const job = new TaskJob(
      this,
      'job',
      objectFields<V1Job>(this, {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: this.name, labels: this.labels, annotations },
        spec: () => runOnceSpec(this, this.caller, this.pod),
      }),
    );
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): TaskObjects {
    return new TaskObjects(this);
  }

  /** The rights of the steps before and after the program. The program itself gets no token for them. */
  #addRights(): void {
    addRole(this, {
      id: 'steps',
      name: `${this.name}-steps`,
      labels: this.labels,
      account: this.name,
      rules: () => [
        { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'delete'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
        {
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: [this.mark.configMap],
          verbs: ['get', 'patch'],
        },
        ...rolledOutBefore(this.caller).map((part) => ({
          apiGroups: ['apps'],
          resources: ['deployments'],
          resourceNames: [part],
          verbs: ['get'],
        })),
      ],
    });
  }
}
