import type { FieldPath, Manifest } from '../../../k8s/objects';
import { own } from '../../../basics/own';
import { nearest } from '../../../basics/nearest';
import { typoOf } from '../../../basics/typo';
import { declaredNamespaces } from '../../world/namespaces';
import { EXTENSION_SERVICES } from '../../world/network/extension-services';
import { proxyNamespaces } from '../../world/network/proxy-namespaces';
import { placesAt } from '../../world/places';
import type { Rule, Violation } from '../rule';
import { isOfKind, ROUTE_KINDS, type ManifestOf } from '../../world/kinds';
import { listOf, type World } from '../../world/world';

/** The namespaces that every cluster has. */
const SYSTEM = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

export const namespaceUnknown: Rule = {
  code: 'namespace-unknown',
  why: 'The API server rejects the object, or creates it in the wrong namespace.',
  fix: 'Use the name of a declared Namespace.',
  *find(world) {
    const declared = declaredNamespaces(world);
    yield* misspeltProxies(world, declared);
    if (declared.length === 0) return;
    const known = [...declared, 'kube-system'];
    for (const { manifest, namespace, field } of world.manifests.flatMap(namesIn)) {
      // Other namespaces may exist in the cluster. A name that is similar to a declared one is a typing error.
      if (typeof namespace !== 'string' || known.includes(namespace) || SYSTEM.has(namespace)) continue;
      const guess = nearest(namespace, known);
      if (guess && !areNumbered(namespace, guess))
        yield {
          manifest,
          field,
          message: `No Namespace ${JSON.stringify(namespace)} is declared.`,
          expected: `one of ${declared.slice(0, 8).join(', ')}`,
          got: namespace,
          fix: `Did you mean ${guess}? Otherwise, declare the Namespace.`,
        };
    }
  },
};

/** Peers of policies that are misspelled namespaces of the proxies of gateways. The namespaces are in no manifest. */
function* misspeltProxies(world: World, declared: readonly string[]): Generator<Violation> {
  const proxies = proxyNamespaces(world);
  if (proxies.size === 0) return;
  for (const { manifest, namespace, field } of world.ofKind('NetworkPolicy').flatMap(peersIn)) {
    if (typeof namespace !== 'string' || proxies.has(namespace) || declared.includes(namespace)) continue;
    const guess = typoOf(namespace, proxies);
    // The rule itself reports a name that is similar to a declared one.
    if (guess === undefined || nearest(namespace, declared) !== undefined) continue;
    yield {
      manifest,
      field,
      message: `No Namespace ${JSON.stringify(namespace)} is declared, and the proxies of gateways are in ${guess}.`,
      expected: guess,
      got: namespace,
      fix: `Did you mean ${guess}? Otherwise, declare the Namespace.`,
    };
  }
}

/** Whether only a number distinguishes two names, such as `team1` and `team2`. Such names are rarely a slip. */
function areNumbered(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => name.replaceAll(/\d+/g, '0'));
  return first === second;
}

/** The fields in which objects name another namespace, by kind. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ROUTE_KINDS.map((kind) => [kind, ['spec.parentRefs[].namespace', 'spec.rules[].backendRefs[].namespace']]),
  ),
  ...Object.fromEntries(EXTENSION_SERVICES.map(([kind, path]) => [kind.split('.')[0]!, [`${path}.namespace`]])),
  ServiceMonitor: ['spec.namespaceSelector.matchNames[]'],
  PodMonitor: ['spec.namespaceSelector.matchNames[]'],
};

/** The places where an object names a namespace. */
function namesIn(manifest: Manifest): { manifest: Manifest; namespace: unknown; field: FieldPath }[] {
  const subjects = listOf(manifest.object.subjects as readonly { namespace?: unknown }[] | undefined);
  return [
    { manifest, namespace: manifest.object.metadata.namespace, field: ['metadata', 'namespace'] },
    ...subjects.map(({ namespace }, i) => ({ manifest, namespace, field: ['subjects', i, 'namespace'] })),
    ...(isOfKind(manifest, 'NetworkPolicy') ? peersIn(manifest) : []),
    ...(own(FIELDS, manifest.object.kind) ?? []).flatMap((path) =>
      placesAt(manifest.object, path).map(({ value, field }) => ({ manifest, namespace: value, field })),
    ),
  ];
}

const NAME = 'kubernetes.io/metadata.name';

function peersIn(
  manifest: ManifestOf<'NetworkPolicy'>,
): { manifest: Manifest; namespace: unknown; field: FieldPath }[] {
  const { spec } = manifest.object;
  const sides = [
    ...listOf(spec?.ingress).map(({ from }, i) => ({ peers: from, at: ['spec', 'ingress', i, 'from'] })),
    ...listOf(spec?.egress).map(({ to }, i) => ({ peers: to, at: ['spec', 'egress', i, 'to'] })),
  ];
  return sides.flatMap(({ peers, at }) =>
    listOf(peers).flatMap(({ namespaceSelector }, p) => {
      const namespace = namespaceSelector?.matchLabels?.[NAME];
      return namespace === undefined
        ? []
        : [{ manifest, namespace, field: [...at, p, 'namespaceSelector', 'matchLabels', NAME] }];
    }),
  );
}
