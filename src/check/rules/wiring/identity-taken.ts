import { isDeepStrictEqual } from 'node:util';
import { identityOf, titleOf, type Manifest } from '../../../k8s/objects';
import type { Rule } from '../rule';
import { isClusterScoped } from '../../schema/schemas';

export const identityTaken: Rule = {
  code: 'identity-taken',
  why: 'The one that is applied last silently takes the place of the other.',
  fix: 'Give one of the two another name or namespace, or check the two apart.',
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
      // The cluster makes up the rest of such a name.
      if ('generateName' in object.metadata) continue;
      const other = taken.get(identity);
      // The same object in two files is applied twice, and is what it was.
      if (other && !isDeepStrictEqual(other.object, object))
        yield {
          manifest,
          field: ['metadata', 'name'],
          message: `${titleOf(object)} stands here twice, and differently.`,
          expected: 'each object once',
          got: titleOf(object),
          fix: 'Take one of them out, or rename it.',
        };
      taken.set(identity, other ?? manifest);
    }
  },
};
