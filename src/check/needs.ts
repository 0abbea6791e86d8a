import { titleOf, type Manifest } from '../k8s/manifest';
import type { Need } from './need';
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
import { World } from './world';

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

/** What a cluster has to bring, and for whom. */
export interface Needed {
  /** The kind of need, such as `ingress-controller`. */
  readonly need: string;
  /** What it is, as a person says it. */
  readonly what: string;
  /** The objects that need it, such as `Ingress blog/gateway`. */
  readonly objects: readonly string[];
}

/** What manifests need besides themselves: without it the cluster takes them, or most of them, and they do not work. */
export function needsOf(manifests: readonly Manifest[]): Needed[] {
  const world = new World(manifests);
  return NEEDS.flatMap((need) => {
    const found = new Map<string, Set<string>>();
    for (const { what, manifest } of need.find(world)) found.set(what, (found.get(what) ?? new Set()).add(titleOf(manifest.object)));
    return [...found].map(([what, objects]) => ({ need: need.name, what, objects: [...objects] }));
  });
}
