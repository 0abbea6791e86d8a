import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { backendsOf } from '../../world/network/backends';
import { allowedBy, leadsTo, opensPort, waysOf } from '../../world/network/policies';
import { targetOf } from '../../world/network/ports';
import type { Rule } from '../rule';
import { containersOf, listOf, podsTitle, type Pods, type World } from '../../world/world';

export const gatewayBlocked: Rule = {
  code: 'gateway-blocked',
  why: 'The ingress controller runs in its own namespace. A policy that allows only pods of the same namespace blocks all requests from outside.',
  fix: 'Allow ingress from the namespace of the ingress controller.',
  *find(world) {
    for (const { manifest, namespace, name, port, field, service } of backendsOf(world)) {
      const at = listOf(service?.spec?.ports).find((one) =>
        port?.name === undefined ? one.port === port?.number : one.name === port.name,
      );
      if (!at || !service?.spec?.selector) continue;
      for (const pods of world.select(namespace, { matchLabels: service.spec.selector })) {
        const into = waysOf(world, pods, 'Ingress');
        const target = targetOf(at, pods);
        if (
          !into ||
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
          field: [...field, 'name'],
          message: `No NetworkPolicy allows an ingress controller to reach ${podsTitle(pods)}, behind the Service ${name}.`,
          expected: `a rule with a namespaceSelector or without peers${target ? `, at port ${target}` : ''}`,
          got: allowedBy(into.policies),
          fix: `Allow ingress to ${podsTitle(pods)} from the namespace of the ingress controller.`,
        };
      }
    }
  },
};

/** Whether the peers may include an ingress controller. Only the cluster knows where that runs. */
function isForOutside(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return peers.length === 0 || peers.some(({ ipBlock, namespaceSelector }) => ipBlock ?? namespaceSelector);
}

/** Pods of the manifests that look like ingress controllers. */
function inside(world: World): readonly Pods[] {
  return world.pods.filter((pods) =>
    containersOf(pods).some(({ container }) =>
      /ingress|traefik|nginx|haproxy|envoy|kong|contour|gateway|caddy/.test(String(container.image)),
    ),
  );
}
