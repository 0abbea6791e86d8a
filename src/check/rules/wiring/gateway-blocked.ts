import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import { backendsOf } from '../../world/backends';
import { leadsTo, opensPort, waysOf } from '../../world/policies';
import { targetOf } from '../../world/ports';
import type { Rule } from '../rule';
import { containersOf, list, podsTitle, type Pods, type World } from '../../world/world';

export const gatewayBlocked: Rule = {
  code: 'gateway-blocked',
  why: 'The ingress controller runs in a namespace of its own: a policy that lets in neighbours only answers everybody outside with an error.',
  fix: 'Let the namespace of the ingress controller in.',
  *find(world) {
    for (const { manifest, namespace, name, port, field, service } of backendsOf(world)) {
      const at = list(service?.spec?.ports).find((one) =>
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
          message: `No NetworkPolicy lets an ingress controller into ${podsTitle(pods)}, behind the Service ${name}.`,
          expected: `a rule with a namespaceSelector, or one for everybody${target ? `, at port ${target}` : ''}`,
          got: `only what ${into.policies.map(({ object }) => object.metadata.name).join(', ')} let${into.policies.length === 1 ? 's' : ''} through`,
          fix: `Let the namespace of the ingress controller into ${podsTitle(pods)}.`,
        };
      }
    }
  },
};

/** Whether it may be meant for a controller somewhere: where that runs, only the cluster knows. */
function isForOutside(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return peers.length === 0 || peers.some(({ ipBlock, namespaceSelector }) => ipBlock ?? namespaceSelector);
}

/** Ingress controllers that stand among the manifests themselves. */
function inside(world: World): readonly Pods[] {
  return world.pods.filter((pods) =>
    containersOf(pods).some(({ container }) =>
      /ingress|traefik|nginx|haproxy|envoy|kong|contour|gateway|caddy/.test(String(container.image)),
    ),
  );
}
