import { titleOf } from '../k8s/manifest';
import type { Need } from './need';
import type { Needed } from './needed';
import type { World } from './world';
import { classes } from './needs/classes';
import { customKinds } from './needs/custom-kinds';
import { gateways } from './needs/gateways';
import { ingress } from './needs/ingress';
import { loadBalancer } from './needs/load-balancer';
import { metrics } from './needs/metrics';
import { namespaces } from './needs/namespaces';
import { networkPolicies } from './needs/network-policies';
import { nodes } from './needs/nodes';
import { secrets } from './needs/secrets';
import { storage } from './needs/storage';
import { version } from './needs/version';

/** Every kind of need, in the order in which they are told. */
const NEEDS: readonly Need[] = [
  version,
  namespaces,
  customKinds,
  gateways,
  ingress,
  loadBalancer,
  storage,
  classes,
  nodes,
  metrics,
  networkPolicies,
  secrets,
];

/** What everything in a world needs, and for whom. */
export function needsIn(world: World): Needed[] {
  return NEEDS.flatMap((need) => {
    const found = new Map<string, Set<string>>();
    for (const { what, manifest } of need.find(world))
      found.set(what, (found.get(what) ?? new Set()).add(titleOf(manifest.object)));
    return [...found].map(([what, objects]) => ({ need: need.name, what, objects: [...objects] }));
  });
}
