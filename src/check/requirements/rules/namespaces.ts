import type { RequirementRule } from '../requirement-rule';
import { isSystem } from '../../world/world';

/** The API server rejects objects whose namespace does not exist. */
export const namespaces: RequirementRule = {
  kind: 'namespace',
  *find(world) {
    const made = new Set(world.ofKind('Namespace').map(({ object }) => object.metadata.name));
    for (const manifest of world.manifests) {
      const { namespace } = manifest.object.metadata;
      if (!namespace || namespace === 'default' || isSystem(namespace) || made.has(namespace)) continue;
      yield {
        manifest,
        what: `the namespace ${namespace}`,
        lookUp: { object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } },
      };
    }
  },
};
