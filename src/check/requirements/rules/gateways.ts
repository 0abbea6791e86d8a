import type { RequirementRule } from '../requirement-rule';
import { isText, list, namespaceOf } from '../../world/world';

const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

interface Route {
  readonly spec?: {
    readonly parentRefs?: readonly { kind?: string; name?: string; namespace?: string }[] | null;
  } | null;
}

/** A route of the Gateway API hangs on a Gateway, which often stands in somebody else's manifests. */
export const gateways: RequirementRule = {
  kind: 'gateway',
  *find(world) {
    for (const manifest of ROUTES.flatMap((kind) => world.ofKind(kind))) {
      const { spec } = manifest.object as Route;
      for (const { kind = 'Gateway', name, namespace = namespaceOf(manifest.object) } of list(spec?.parentRefs)) {
        if (kind !== 'Gateway' || !isText(name) || world.find('Gateway', namespace, name)) continue;
        yield { manifest, what: `the Gateway ${namespace}/${name}` };
      }
    }
  },
};
