import { identityOf, titleOf } from '../../k8s/manifest';
import type { Rule } from '../rule';

export const identityTaken: Rule = {
  code: 'identity-taken',
  why: 'The one that is applied last silently takes the place of the other.',
  mend: 'Give one of the two another name or namespace, or check the two apart.',
  *find(world) {
    const taken = new Set<string>();
    for (const manifest of world.manifests) {
      const { object } = manifest;
      const identity = identityOf({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? 'default' } });
      // The cluster makes up the rest of such a name.
      if ('generateName' in object.metadata) continue;
      if (taken.has(identity)) yield { manifest, field: ['metadata', 'name'], message: `${titleOf(object)} stands here twice.`, expected: 'each object once', got: titleOf(object), mend: 'Take one of them out, or rename it.' };
      taken.add(identity);
    }
  },
};
