import type { V1Job } from '@kubernetes/client-node';
import { ANNOTATIONS } from '../../k8s/keys';
import { VersionedJob } from '../shared/versioned-job';

/** The Job of a task. Its name is a key of the ConfigMap with the versions that succeeded. */
export class TaskJob extends VersionedJob {
  override toJson(): V1Job {
    const job = super.toJson();
    const { name, annotations } = job.metadata!;
    const marks = JSON.stringify({ [marksOf(this.name)]: [name] });
    return {
      ...job,
      metadata: { ...job.metadata, annotations: { ...annotations, [ANNOTATIONS.fillsConfigMap]: marks } },
    };
  }

  /** The name in the cluster. It is final when the whole app is declared. */
  get versionedName(): string {
    return this.toJson().metadata!.name!;
  }
}

/** The ConfigMap with a key for each version of a task that succeeded. */
export function marksOf(task: string): string {
  return `${task}-done`;
}
