import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { unknownOptions } from '../../problems/unknown-options';
import { byteQuantity, type VolumeSource } from '../shared/plus';
import { Declaration } from '../shared/declaration';
import { addObject } from '../shared/object';
import { quantityProblems } from '../shared/resources';
import { VolumeObjects } from './objects';
import { VOLUME_OPTIONS, type VolumeOptions } from './options';
import { resolveVolume } from './resolve';

/**
 * A claim for files that outlive the pods. A volume that is not shared belongs to one microservice with one replica. In
 * a rollout the old pod ends before the new one starts, because only one node can mount the volume at a time.
 */
export class Volume extends Declaration {
  /** Whether pods on several nodes can write to it at the same time. */
  readonly shared: boolean;
  readonly #users: string[] = [];

  constructor(scope: Construct, id: string, given: VolumeOptions = {}) {
    super(scope, id);
    const { size, storageClass, shared } = resolveVolume(given);
    this.shared = shared;
    for (const finding of unknownOptions(given, VOLUME_OPTIONS)) this.problem(...finding);
    for (const finding of quantityProblems('size', byteQuantity(size), '1Gi')) this.problem(...finding);
    this.checkLater(() => this.#checkUsers());
    addObject<V1PersistentVolumeClaim>(this, 'claim', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: this.name },
      spec: {
        accessModes: [shared ? 'ReadWriteMany' : 'ReadWriteOnce'],
        ...(storageClass && { storageClassName: storageClass }),
        resources: { requests: { storage: byteQuantity(size) } },
      },
    });
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): VolumeObjects {
    return new VolumeObjects(this);
  }

  /** The same volume, mounted read-only. */
  get readOnly(): VolumeSource {
    return { persistentVolumeClaim: { claimName: this.name, readOnly: true } };
  }

  /** @internal The volume in the form of a pod spec. */
  get source(): VolumeSource {
    return { persistentVolumeClaim: { claimName: this.name } };
  }

  /** @internal Records a microservice that writes to it. */
  mountedBy(microservice: string): void {
    this.#users.push(microservice);
  }

  #checkUsers(): void {
    const users = [...new Set(this.#users)];
    if (this.shared || users.length < 2) return;
    this.problem('volume-not-shared', {
      message: `Only one node can mount the volume at a time, but ${users.join(' and ')} write to it.`,
      field: 'shared',
      expected: 'one microservice, or shared: true',
      got: users.join(', '),
      fix: 'Set shared: true and a storageClass that supports ReadWriteMany, or use several volumes. A microservice that only reads can mount `.readOnly`.',
    });
  }
}
