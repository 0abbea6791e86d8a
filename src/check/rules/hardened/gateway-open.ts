import type { V1LabelSelector, V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { isEmpty } from '../../../k8s/selector';
import { podsBehindGateways } from '../../world/network/behind-gateways';
import { allowedBy, opensPort, waysOf } from '../../world/network/policies';
import { listOf, podsTitle, type Pods } from '../../world/world';
import { hardenedRule } from '../hardened-rule';
import type { Rule } from '../rule';

export const gatewayOpen: Rule = hardenedRule(
  'gateway-open',
  'Any pod of the cluster can bypass the gateway and everything that the gateway checks.',
  'Name the namespace of the controller: the option controllerNamespace of the gateway, or in YAML the label kubernetes.io/metadata.name.',
  function* (world) {
    const reported = new Set<Pods>();
    for (const { manifest, pods, target, field } of podsBehindGateways(world)) {
      const into = waysOf(world, pods, 'Ingress');
      const open = into?.ways.some((way) => opensPort(way, target, pods) && isForAnyone(way.peers));
      if (!into || !open || reported.has(pods)) continue;
      reported.add(pods);
      yield {
        manifest,
        field,
        message: `Pods of other namespaces can reach ${podsTitle(pods)}${target ? ` at port ${target}` : ''}, because its policy does not name the namespace of the gateway's controller.`,
        expected: 'a namespaceSelector with the name of one namespace',
        got: allowedBy(into.policies),
        fix: "Set the namespace of the controller, such as controllerNamespace: 'traefik'. In YAML, select the namespace by the label kubernetes.io/metadata.name.",
      };
    }
  },
);

/** Whether the peers include pods of namespaces that nobody named. */
function isForAnyone(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return (
    peers.length === 0 ||
    peers.some(
      ({ namespaceSelector, podSelector }) =>
        namespaceSelector && !isNamed(namespaceSelector) && (!podSelector || isEmpty(podSelector)),
    )
  );
}

/** Whether a selector lists what it selects. `NotIn`, for example, also selects namespaces that are created later. */
function isNamed({ matchLabels, matchExpressions }: V1LabelSelector): boolean {
  return (
    Object.keys(matchLabels ?? {}).length > 0 || listOf(matchExpressions).some(({ operator }) => operator === 'In')
  );
}
