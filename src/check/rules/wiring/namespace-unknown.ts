import type { FieldPath, Manifest } from '../../../k8s/objects';
import { nearest } from '../../../basics/nearest';
import type { Rule } from '../rule';
import { isOfKind, type ManifestOf } from '../../world/kinds';
import { listOf } from '../../world/world';

/** The namespaces that every cluster has. */
const SYSTEM = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

export const namespaceUnknown: Rule = {
  code: 'namespace-unknown',
  why: 'The API server rejects the object, or creates it in the wrong namespace.',
  fix: 'Use the name of a declared Namespace.',
  *find(world) {
    const declared = world.ofKind('Namespace').map(({ object }) => object.metadata.name);
    if (declared.length === 0) return;
    const known = [...declared, 'kube-system'];
    for (const { manifest, namespace, field } of world.manifests.flatMap(namesIn)) {
      // Other namespaces may exist in the cluster. A name that is similar to a declared one is a typing error.
      if (typeof namespace !== 'string' || known.includes(namespace) || SYSTEM.has(namespace)) continue;
      const guess = nearest(namespace, known);
      if (guess)
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

/** The places where an object names a namespace: its metadata, the subjects of a binding, and the peers of a policy. */
function namesIn(manifest: Manifest): { manifest: Manifest; namespace: unknown; field: FieldPath }[] {
  const subjects = listOf(manifest.object.subjects as readonly { namespace?: unknown }[] | undefined);
  return [
    { manifest, namespace: manifest.object.metadata.namespace, field: ['metadata', 'namespace'] },
    ...subjects.map(({ namespace }, i) => ({ manifest, namespace, field: ['subjects', i, 'namespace'] })),
    ...(isOfKind(manifest, 'NetworkPolicy') ? peersIn(manifest) : []),
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
