import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { byteQuantity, type VolumeSource } from '../shared/plus';
import { Declaration } from '../shared/declaration';
import { addObject } from '../shared/object';
import { quantityProblems } from '../shared/resources';
import type { VolumeOptions } from './options';
import { resolveVolume } from './resolve';

/**
 * Files that outlive the pods, on a claim of this name. Unless it is shared, one copy of one microservice mounts it: then the old
 * copy ends before the new one starts, because two nodes could not both hold it.
 */
export class Volume extends Declaration {
  /** Whether many copies may write to it at once. */
  readonly shared: boolean;
  readonly #users: string[] = [];

  constructor(scope: Construct, id: string, given: VolumeOptions = {}) {
    super(scope, id);
    const { size, storageClass, shared } = resolveVolume(given);
    this.shared = shared;
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

  /** The same volume, for those who only read it. */
  get readOnly(): VolumeSource {
    return { persistentVolumeClaim: { claimName: this.name, readOnly: true } };
  }

  /** @internal What the pod of a microservice declares. */
  get source(): VolumeSource {
    return { persistentVolumeClaim: { claimName: this.name } };
  }

  /** @internal A microservice writes to it. */
  mountedBy(microservice: string): void {
    this.#users.push(microservice);
  }

  #checkUsers(): void {
    const users = [...new Set(this.#users)];
    if (this.shared || users.length < 2) return;
    this.problem('volume-not-shared', {
      message: `Only one node at a time can hold it, and ${users.join(' and ')} write to it.`,
      field: 'shared',
      expected: 'one microservice, or shared: true',
      got: users.join(', '),
      fix: 'Write shared: true and a storageClass that many nodes can write to, or give each a volume of its own; who only reads mounts `.readOnly`.',
    });
  }
}
