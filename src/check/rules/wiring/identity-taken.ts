import { isDeepStrictEqual } from 'node:util';
import { identityOf, titleOf, type Manifest } from '../../../k8s/objects';
import type { Rule } from '../rule';
import { isClusterScoped } from '../../schema/schemas';

export const identityTaken: Rule = {
  code: 'identity-taken',
  why: 'The object that is applied last silently replaces the other one.',
  fix: 'Change the name or the namespace of one of them, or check them separately.',
  *find(world) {
    const taken = new Map<string, Manifest>();
    for (const manifest of world.manifests) {
      const { object } = manifest;
      const { apiVersion, kind } = object;
      const { name, namespace = 'default' } = object.metadata;
      const identity = identityOf({
        apiVersion,
        kind,
        metadata: { name, namespace: isClusterScoped(apiVersion, kind) ? '' : namespace },
      });
      // The cluster generates the rest of the name.
      if ('generateName' in object.metadata) continue;
      const other = taken.get(identity);
      // Two equal declarations do not conflict.
      if (other && !isDeepStrictEqual(other.object, object))
        yield {
          manifest,
          field: ['metadata', 'name'],
          message: `${titleOf(object)} is declared twice with different content.`,
          expected: 'each object once',
          got: titleOf(object),
          fix: 'Remove or rename one of them.',
        };
      taken.set(identity, other ?? manifest);
    }
  },
};
