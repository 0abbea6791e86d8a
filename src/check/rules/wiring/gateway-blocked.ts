import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { GATEWAY_NAME_LABEL } from '../../../k8s/gateway-implementations';
import { podsBehindGateways } from '../../world/network/behind-gateways';
import { allowedBy, hasOtherPolicies, leadsTo, opensPort, waysOf } from '../../world/network/policies';
import type { Rule } from '../rule';
import { containersOf, podsTitle, type Pods, type World } from '../../world/world';

export const gatewayBlocked: Rule = {
  code: 'gateway-blocked',
  why: 'The ingress controller runs in its own namespace. A policy that allows only pods of the same namespace blocks all requests from outside.',
  fix: 'Allow ingress from the namespace of the ingress controller.',
  *find(world) {
    for (const { manifest, name, pods, target, field } of podsBehindGateways(world)) {
      const into = waysOf(world, pods, 'Ingress');
      if (
        !into ||
        hasOtherPolicies(world, pods.namespace) ||
        into.ways.some(
          (way) =>
            opensPort(way, target, pods) &&
            (isForOutside(way.peers) ||
              inside(world).some((controller) => leadsTo(world, way, controller, target, pods))),
        )
      )
        continue;
      yield {
        manifest,
        field,
        message: `No NetworkPolicy allows an ingress controller to reach ${podsTitle(pods)}, behind the Service ${name}.`,
        expected: `a rule with a namespaceSelector or without peers${target ? `, at port ${target}` : ''}`,
        got: allowedBy(into.policies),
        fix: `Allow ingress to ${podsTitle(pods)} from the namespace of the ingress controller.`,
      };
    }
  },
};

/**
 * Whether the peers may include an ingress controller. Only the cluster knows where that runs. Some implementations of the
 * Gateway API create pods for each Gateway, in its namespace.
 */
function isForOutside(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return (
    peers.length === 0 ||
    peers.some(
      ({ ipBlock, namespaceSelector, podSelector }) =>
        ipBlock ?? namespaceSelector ?? podSelector?.matchLabels?.[GATEWAY_NAME_LABEL],
    )
  );
}

/** Pods of the manifests that look like ingress controllers. */
function inside(world: World): readonly Pods[] {
  return world.pods.filter((pods) =>
    containersOf(pods).some(({ container }) =>
      /ingress|traefik|nginx|haproxy|envoy|kong|contour|gateway|caddy/.test(String(container.image)),
    ),
  );
}
