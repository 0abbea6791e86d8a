import type { V1NetworkPolicyPort } from '@kubernetes/client-node';
import { show } from '../../../basics/text';
import type { ManifestOf } from '../../world/kinds';
import { DNS_APPS, mayBeDns } from '../../world/network/dns';
import { callsOf } from '../../world/network/calls';
import { allowedBy, opensPort, waysOf } from '../../world/network/policies';
import type { Violation, Rule } from '../rule';
import { listOf, namespaceOf, podsTitle, type World } from '../../world/world';

export const dnsBlocked: Rule = {
  code: 'dns-blocked',
  why: 'Without DNS every call by name fails, and the error messages do not mention the policy.',
  fix: 'Allow egress to the DNS servers in kube-system on port 53, UDP and TCP.',
  *find(world) {
    for (const pods of new Set(callsOf(world).flatMap(({ callers }) => callers))) {
      const out = waysOf(world, pods, 'Egress');
      if (!out || out.ways.some((way) => mayBeDns(way.peers) && opensNames(way.ports, 'UDP'))) continue;
      yield {
        manifest: out.policies[0]!,
        field: ['spec', 'egress'],
        message: `${podsTitle(pods)} calls Services by name, but the policies block DNS.`,
        expected: 'egress to port 53 UDP of the DNS servers in kube-system',
        got: allowedBy(out.policies),
        fix: 'Add egress to the pods k8s-app: kube-dns in the namespace kube-system, on port 53 UDP and TCP.',
      };
    }
    for (const manifest of world.ofKind('NetworkPolicy')) yield* inconsistentRules(world, manifest);
  },
};

/** Reports a rule that allows the DNS servers on another port, or the DNS port for other pods. */
function* inconsistentRules(world: World, manifest: ManifestOf<'NetworkPolicy'>): Generator<Violation> {
  const namespace = namespaceOf(manifest.object);
  for (const [i, { to, ports }] of listOf(manifest.object.spec?.egress).entries()) {
    const peers = listOf(to);
    const names =
      peers.length > 0 && peers.every(({ podSelector }) => DNS_APPS.has(podSelector?.matchLabels?.['k8s-app'] ?? ''));
    if (names && listOf(ports).length > 0 && !opensNames(listOf(ports), 'UDP')) {
      yield {
        manifest,
        field: ['spec', 'egress', i, 'ports'],
        message: 'The rule allows the DNS servers, but not their port.',
        expected: 'port 53 UDP',
        got: listOf(ports)
          .map(({ port, protocol = 'TCP' }) => `${String(port)} ${protocol}`)
          .join(', '),
        fix: 'Allow port 53 for UDP and TCP.',
      };
    }
    const forNames = listOf(ports).length > 0 && listOf(ports).every(({ port }) => port === 53);
    // The manifests may contain a DNS server.
    const own = peers.some(
      ({ podSelector, namespaceSelector }) =>
        podSelector && !namespaceSelector && world.select(namespace, podSelector).length > 0,
    );
    if (forNames && !own && !mayBeDns(peers)) {
      yield {
        manifest,
        field: ['spec', 'egress', i, 'to'],
        message: 'The rule allows the DNS port, but not the DNS servers.',
        expected: 'the namespace kube-system, pods k8s-app: kube-dns',
        got: show(peers),
        fix: 'Allow the DNS servers as a peer.',
      };
    }
  }
}

function opensNames(ports: readonly V1NetworkPolicyPort[], protocol: string): boolean {
  return [53, 5353].some((port) => opensPort({ ports }, port, undefined, protocol));
}
