import { titleOf } from '../../k8s/objects';
import type { LookUp } from './look-up';
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

/** A requirement, and how to find out whether a cluster meets it. */
export interface VerifiableRequirement extends Requirement {
  /** Undefined if the API server cannot answer it. */
  readonly lookUp?: LookUp;
}

/** Everything that the manifests of a world need from the cluster. */
export function findRequirements(world: World): Requirement[] {
  return verifiableRequirements(world).map(({ kind, what, objects }) => ({ kind, what, objects }));
}

/** The same, each with the way to verify it. */
export function verifiableRequirements(world: World): VerifiableRequirement[] {
  return REQUIREMENT_RULES.flatMap((rule) => {
    const found = new Map<string, { objects: Set<string>; lookUp: LookUp | undefined }>();
    for (const { what, manifest, lookUp } of rule.find(world)) {
      const { objects } = found.get(what) ?? { objects: new Set() };
      found.set(what, { objects: objects.add(titleOf(manifest.object)), lookUp });
    }
    return [...found].map(([what, { objects, lookUp }]) => ({
      kind: rule.kind,
      what,
      objects: [...objects],
      ...(lookUp && { lookUp }),
    }));
  });
}
