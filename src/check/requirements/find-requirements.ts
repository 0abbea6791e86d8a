import { titleOf } from '../../k8s/objects';
import type { RequirementRule } from './requirement-rule';
import type { Requirement } from './requirement';
import type { World } from '../world/world';
import { classes } from './rules/classes';
import { customKinds } from './rules/custom-kinds';
import { gateways } from './rules/gateways';
import { ingress } from './rules/ingress';
import { loadBalancer } from './rules/load-balancer';
import { metrics } from './rules/metrics';
import { namespaces } from './rules/namespaces';
import { networkPolicies } from './rules/network-policies';
import { nodes } from './rules/nodes';
import { secrets } from './rules/secrets';
import { storage } from './rules/storage';
import { version } from './rules/version';

/** Every kind of requirement, in the order of the report. */
const REQUIREMENT_RULES: readonly RequirementRule[] = [
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

/** Everything that the manifests of a world need from the cluster. */
export function findRequirements(world: World): Requirement[] {
  return REQUIREMENT_RULES.flatMap((rule) => {
    const found = new Map<string, Set<string>>();
    for (const { what, manifest } of rule.find(world))
      found.set(what, (found.get(what) ?? new Set()).add(titleOf(manifest.object)));
    return [...found].map(([what, objects]) => ({ kind: rule.kind, what, objects: [...objects] }));
  });
}
