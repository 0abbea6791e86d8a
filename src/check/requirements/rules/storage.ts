import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { Manifest } from '../../../k8s/objects';
import type { RequirementRule } from '../requirement-rule';
import { listOf, type World } from '../../world/world';

/** A claim requires a storage class or an existing volume. */
export const storage: RequirementRule = {
  kind: 'storage',
  *find(world) {
    for (const { manifest, claim } of claimsOf(world)) {
      const { storageClassName: name, volumeName, accessModes } = claim.spec ?? {};
      const shared = listOf(accessModes).includes('ReadWriteMany')
        ? ', with volumes that several nodes can mount read-write'
        : '';
      if (volumeName || name === '') {
        if (world.ofKind('PersistentVolume').length === 0)
          yield {
            manifest,
            what: `a PersistentVolume${volumeName ? ` ${volumeName}` : ''}${shared}`,
            ...(volumeName && {
              lookUp: { object: { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volumeName } } },
            }),
          };
      } else if (!name) {
        yield { manifest, what: `a default storage class${shared}`, lookUp: { defaultOf: 'StorageClass' } };
      } else if (!world.ofKind('StorageClass').some(({ object }) => object.metadata.name === name)) {
        yield {
          manifest,
          what: `the storage class ${name}${shared}`,
          lookUp: { object: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name } } },
        };
      }
    }
  },
};

type Claim = Pick<V1PersistentVolumeClaim, 'spec'>;

/** Separate claims, claims of StatefulSets, and ephemeral claims of pods. */
function* claimsOf(world: World): Generator<{ manifest: Manifest; claim: Claim }> {
  for (const manifest of world.ofKind('PersistentVolumeClaim')) yield { manifest, claim: manifest.object };
  for (const manifest of world.ofKind('StatefulSet')) {
    for (const claim of listOf(manifest.object.spec?.volumeClaimTemplates)) yield { manifest, claim };
  }
  for (const { manifest, spec } of world.pods) {
    for (const { ephemeral } of listOf(spec.volumes))
      if (ephemeral?.volumeClaimTemplate) yield { manifest, claim: ephemeral.volumeClaimTemplate };
  }
}
