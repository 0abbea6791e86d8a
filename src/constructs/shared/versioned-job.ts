import { createHash } from 'node:crypto';
import type { V1Job } from '@kubernetes/client-node';
import { ChartObject } from './chart-object';

/**
 * A Job whose name ends with a hash of its pods. The pods of a Job are immutable, so a changed program is a new Job, and an
 * unchanged program does not run again.
 */
export class VersionedJob extends ChartObject<V1Job> {
  override toJson(): V1Job {
    const job = super.toJson() as V1Job;
    const hash = createHash('sha256').update(JSON.stringify(job.spec?.template)).digest('hex').slice(0, 8);
    return { ...job, metadata: { ...job.metadata, name: `${job.metadata!.name}-${hash}` } };
  }
}
