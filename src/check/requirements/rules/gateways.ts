import type { RequirementRule } from '../requirement-rule';
import { ROUTE_KINDS } from '../../world/kinds';
import { isText, listOf, namespaceOf } from '../../world/world';

/** The parent Gateways of routes. They are often in other manifests. */
export const gateways: RequirementRule = {
  kind: 'gateway',
  *find(world) {
    for (const manifest of ROUTE_KINDS.flatMap((kind) => world.ofKind(kind))) {
      const { spec } = manifest.object;
      for (const { kind = 'Gateway', name, namespace = namespaceOf(manifest.object) } of listOf(spec?.parentRefs)) {
        if (kind !== 'Gateway' || !isText(name) || world.find('Gateway', namespace, name)) continue;
        yield {
          manifest,
          what: `the Gateway ${namespace}/${name}`,
          lookUp: {
            object: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace } },
          },
        };
      }
    }
  },
};
