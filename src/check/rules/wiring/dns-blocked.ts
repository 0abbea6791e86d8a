import type { V1NetworkPolicyPeer, V1NetworkPolicyPort } from '@kubernetes/client-node';
import type { Manifest } from '../../../k8s/objects';
import { show } from '../../../basics/text';
import type { Policy } from '../../../links/policy';
import { callsOf } from '../../world/calls';
import { opensPort, waysOf } from '../../world/policies';
import type { Violation, Rule } from '../rule';
import { list, namespaceOf, podsTitle, type World } from '../../world/world';

/** Where the name servers of clusters run, and by which label they are known. */
const NAMESPACES = new Set(['kube-system', 'openshift-dns']);
const APPS = new Set(['kube-dns', 'node-local-dns', 'coredns']);

export const dnsBlocked: Rule = {
  code: 'dns-blocked',
  why: 'A pod that may not ask for a name finds nobody: every call by name fails, and none of the messages says why.',
  fix: 'Allow port 53, UDP and TCP, to the name servers in kube-system.',
  *find(world) {
    for (const pods of new Set(callsOf(world).map(({ caller }) => caller))) {
      const out = pods && waysOf(world, pods, 'Egress');
      if (!out || out.ways.some((way) => asksNames(way.peers) && opensNames(way.ports, 'UDP'))) continue;
      yield {
        manifest: out.policies[0]!,
        field: ['spec', 'egress'],
        message: `${podsTitle(pods)} calls others by name, but may not ask for names.`,
        expected: 'egress to port 53 UDP of the name servers in kube-system',
        got: `only what ${out.policies.map(({ object }) => object.metadata.name).join(', ')} let${out.policies.length === 1 ? 's' : ''} through`,
        fix: 'Add egress to the namespace kube-system, pods k8s-app: kube-dns, ports 53 UDP and TCP.',
      };
    }
    for (const manifest of world.ofKind('NetworkPolicy')) yield* halfMeant(world, manifest);
  },
};

/** A rule that leads to the name servers at another port, or opens their port to others: one of the two is a slip. */
function* halfMeant(world: World, manifest: Manifest): Generator<Violation> {
  const namespace = namespaceOf(manifest.object);
  for (const [i, { to, ports }] of list((manifest.object as Policy).spec?.egress).entries()) {
    const peers = list(to);
    const names =
      peers.length > 0 && peers.every(({ podSelector }) => APPS.has(podSelector?.matchLabels?.['k8s-app'] ?? ''));
    if (names && list(ports).length > 0 && !opensNames(list(ports), 'UDP')) {
      yield {
        manifest,
        field: ['spec', 'egress', i, 'ports'],
        message: 'It leads to the name servers, but not to their port.',
        expected: 'port 53 UDP',
        got: list(ports)
          .map(({ port, protocol = 'TCP' }) => `${String(port)} ${protocol}`)
          .join(', '),
        fix: 'Write port 53, for UDP and TCP.',
      };
    }
    const forNames = list(ports).length > 0 && list(ports).every(({ port }) => port === 53);
    // Name servers of one's own stand among the manifests.
    const own = peers.some(
      ({ podSelector, namespaceSelector }) =>
        podSelector && !namespaceSelector && world.select(namespace, podSelector).length > 0,
    );
    if (forNames && !own && !asksNames(peers)) {
      yield {
        manifest,
        field: ['spec', 'egress', i, 'to'],
        message: 'It opens the port of name servers, but not to them.',
        expected: 'the namespace kube-system, pods k8s-app: kube-dns',
        got: show(peers),
        fix: 'Lead it to the name servers.',
      };
    }
  }
}

function opensNames(ports: readonly V1NetworkPolicyPort[], protocol: string): boolean {
  return [53, 5353].some((port) => opensPort({ ports }, port, undefined, protocol));
}

/** Whether peers may be the name servers of the cluster. */
export function asksNames(peers: readonly V1NetworkPolicyPeer[]): boolean {
  return (
    peers.length === 0 ||
    peers.some(({ ipBlock, namespaceSelector, podSelector }) => {
      if (ipBlock) return true;
      const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
      const app = podSelector?.matchLabels?.['k8s-app'];
      // Labels of other names are the cluster's own: of those nothing is known.
      return (
        namespaceSelector !== undefined &&
        namespaceSelector !== null &&
        (namespace === undefined || NAMESPACES.has(namespace)) &&
        (app === undefined || APPS.has(app))
      );
    })
  );
}
