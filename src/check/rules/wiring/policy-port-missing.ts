import type { V1NetworkPolicyPeer, V1NetworkPolicyPort } from '@kubernetes/client-node';
import { show } from '../../../basics/text';
import type { FieldPath } from '../../../k8s/objects';
import type { Policy } from '../../../links/policy';
import { isEmpty } from '../../../k8s/selector';
import type { Rule } from '../rule';
import { containersOf, isText, listOf, namespaceOf, servicesIn, type Pods, type World } from '../../world/world';

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

export const policyPortMissing: Rule = {
  code: 'policy-port-missing',
  why: 'The rule allows a port that no pod listens on, so the port that callers use stays blocked.',
  fix: 'Use a port of the container. A NetworkPolicy does not know the ports of Services.',
  *find(world) {
    for (const manifest of world.ofKind('NetworkPolicy')) {
      for (const { pods, ports, field } of portsOf(world, manifest.object)) {
        const declared = pods.map(portsOfPods);
        // A pod can listen on ports that it does not declare.
        if (pods.length === 0 || declared.some((all) => all.length === 0)) continue;
        const known = declared.flat();
        const isKnown = ({ port, endPort }: V1NetworkPolicyPort) =>
          isText(port) ? known.some(({ name }) => name === port) : isOpen(world, pods, port, endPort);
        const unknown = ports.filter((one) => !isKnown(one));
        for (const one of unknown) {
          const { port } = one;
          // A rule that opens a port of the pods can also list ports of other pods.
          if (!isText(port) && unknown.length < ports.length && !isOfService(world, pods, port)) continue;
          yield {
            manifest,
            field: [...field, ports.indexOf(one), 'port'],
            message: `No pod that the rule opens has the port ${show(port)}.`,
            expected: `one of ${[...new Set(known.map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : String(containerPort))))].slice(0, 8).join(', ')}`,
            got: show(port),
            fix: 'Use a port of the container, not of the Service, or add the port to the container.',
          };
        }
      }
    }
  },
};

interface OpenedPorts {
  readonly pods: readonly Pods[];
  readonly ports: readonly V1NetworkPolicyPort[];
  readonly field: FieldPath;
}

/** The ports of each rule, and the pods that they belong to. */
function* portsOf(world: World, policy: Policy & Parameters<typeof namespaceOf>[0]): Generator<OpenedPorts> {
  const { spec } = policy;
  const namespace = namespaceOf(policy);
  // A policy for all pods of a namespace can allow ports that only sidecars have.
  if (spec?.podSelector && !isEmpty(spec.podSelector)) {
    const pods = world.select(namespace, spec.podSelector);
    for (const [i, { ports }] of listOf(spec.ingress).entries())
      yield { pods, ports: listOf(ports), field: ['spec', 'ingress', i, 'ports'] };
  }
  for (const [i, { to, ports }] of listOf(spec?.egress).entries()) {
    const peers = listOf(to).map((peer) => podsOfPeer(world, peer, namespace));
    if (peers.length > 0 && peers.every((pods) => pods.length > 0))
      yield { pods: peers.flat(), ports: listOf(ports), field: ['spec', 'egress', i, 'ports'] };
  }
}

/** The pods of a peer. None if the peer can include pods or addresses that are not in the manifests. */
function podsOfPeer(world: World, { ipBlock, podSelector, namespaceSelector }: V1NetworkPolicyPeer, own: string) {
  const namespace = namespaceSelector ? namespaceSelector.matchLabels?.[NAMESPACE_LABEL] : own;
  if (ipBlock || !podSelector || isEmpty(podSelector) || !isText(namespace)) return [];
  return world.select(namespace, podSelector);
}

function portsOfPods(pods: Pods) {
  return containersOf(pods).flatMap(({ container }) => listOf(container.ports));
}

/** Whether a port is known to the pods: in their ports, anywhere else in their spec, or in a Service in front of them. */
function isOpen(world: World, pods: readonly Pods[], first: unknown, endPort: number | undefined): boolean {
  if (typeof first !== 'number') return true;
  const last = typeof endPort === 'number' ? endPort : first;
  const ports = pods.flatMap(portsOfPods);
  if (ports.some(({ containerPort }) => containerPort >= first && containerPort <= last)) return true;
  // The ports of the sidecar of Istio, which is not in the manifests.
  if (last !== first || (first >= 15_000 && first < 15_100)) return true;
  const word = new RegExp(`(?<!\\d)${first}(?!\\d)`);
  if (pods.some(({ spec }) => word.test(JSON.stringify(spec)))) return true;
  return servicesOf(world, pods).some(({ targetPort }) => targetPort === first);
}

/** Whether it is the port of a Service in front of the pods, which is not the port of the pods. */
function isOfService(world: World, pods: readonly Pods[], number: unknown): boolean {
  return servicesOf(world, pods).some(({ port }) => port === number);
}

/** The ports of the Services in front of some pods. */
function servicesOf(world: World, pods: readonly Pods[]) {
  return [...servicesIn(world)].flatMap(({ namespace, spec }) =>
    spec.selector &&
    pods.some((one) => one.namespace === namespace) &&
    world.select(namespace, { matchLabels: spec.selector }).some((one) => pods.includes(one))
      ? listOf(spec.ports)
      : [],
  );
}
