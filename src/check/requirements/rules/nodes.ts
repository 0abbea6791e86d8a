import type { RequirementRule } from '../requirement-rule';
import { containersOf } from '../../world/world';

/** The labels that every node has. */
const GIVEN = /^kubernetes\.io\/(os|arch|hostname)$/;

/** Nodes with special labels or resources. Without them a pod is never scheduled. */
export const nodes: RequirementRule = {
  kind: 'nodes',
  *find(world) {
    for (const pods of world.pods) {
      const { manifest, spec } = pods;
      for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
        if (!GIVEN.test(key))
          yield { manifest, what: `nodes with the label ${key}=${value}`, lookUp: { label: [key, value] } };
      }
      for (const { container } of containersOf(pods)) {
        const { requests, limits } = container.resources ?? {};
        for (const resource of Object.keys({ ...requests, ...limits })) {
          // Resources such as `nvidia.com/gpu`. The resources of Kubernetes have no domain.
          if (resource.includes('/')) yield { manifest, what: `nodes that offer ${resource}`, lookUp: { resource } };
        }
      }
    }
  },
};
