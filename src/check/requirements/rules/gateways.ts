import { declared } from '../../world/declared';
import type { RequirementRule } from '../requirement-rule';
import { ROUTE_KINDS } from '../../world/kinds';
import { isText, listOf, namespaceOf } from '../../world/world';

/** The parent Gateways of routes, which are often in other manifests, and the classes of Gateways. */
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
    for (const manifest of world.ofKind('Gateway')) {
      const name = manifest.object.spec?.gatewayClassName;
      // The Gateway of Istio is another kind.
      const isThere = declared(world, 'GatewayClass.gateway.networking.k8s.io').some(
        ({ object }) => object.metadata.name === name,
      );
      if (!isText(name) || isThere) continue;
      yield {
        manifest,
        what: `the GatewayClass ${name}`,
        lookUp: { object: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name } } },
      };
    }
  },
};
