import { createHash } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import { ANNOTATIONS } from '../../k8s/keys';
import { ChartObject } from '../shared/chart-object';

/**
 * A Job whose name ends with a hash of its pods. The pods of a Job are immutable, so a changed task is a new Job, and an
 * unchanged task does not run again.
 */
export class VersionedJob extends ChartObject<V1Job> {
  override toJson(): V1Job {
    const job = super.toJson() as V1Job;
    const metadata = job.metadata!;
    const hash = createHash('sha256').update(JSON.stringify(job.spec?.template)).digest('hex').slice(0, 8);
    const name = `${metadata.name}-${hash}`;
    const marks = JSON.stringify({ [marksOf(metadata.name!)]: [name] });
    return {
      ...job,
      metadata: { ...metadata, name, annotations: { ...metadata.annotations, [ANNOTATIONS.fillsConfigMap]: marks } },
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
