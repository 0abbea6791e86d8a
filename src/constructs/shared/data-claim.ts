import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { byteQuantity, type ByteAmount } from './plus';

/** The claim of each pod of a StatefulSet for its data. Its volume has the name `data`. */
export function dataClaim({
  storage,
  storageClass,
}: {
  readonly storage: ByteAmount;
  readonly storageClass?: string;
}): V1PersistentVolumeClaim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      ...(storageClass && { storageClassName: storageClass }),
      resources: { requests: { storage: byteQuantity(storage) } },
    },
  };
}
