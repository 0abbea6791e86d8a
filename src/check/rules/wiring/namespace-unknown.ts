import type { FieldPath, Manifest } from '../../../k8s/objects';
import { nearest } from '../../../basics/nearest';
import type { Rule } from '../rule';
import type { Policy } from '../../../links/policy';
import { list } from '../../world/world';

/** Every cluster has them. */
const SYSTEM = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

export const namespaceUnknown: Rule = {
  code: 'namespace-unknown',
  why: 'Apply refuses the object, or it ends up in a namespace where nobody looks for it.',
  fix: 'Write the name of a Namespace that is declared.',
  *find(world) {
    const declared = world.ofKind('Namespace').map(({ object }) => object.metadata.name);
    if (declared.length === 0) return;
    const known = [...declared, 'kube-system'];
    for (const { manifest, namespace, field } of world.manifests.flatMap(namesIn)) {
      // Another namespace may well be there already; one that almost has the name of a declared one is a slip.
      if (typeof namespace !== 'string' || known.includes(namespace) || SYSTEM.has(namespace)) continue;
      const guess = nearest(namespace, known);
      if (guess)
        yield {
          manifest,
          field,
          message: `No Namespace ${JSON.stringify(namespace)} is declared.`,
          expected: `one of ${declared.slice(0, 8).join(', ')}`,
          got: namespace,
          fix: `Write ${guess}, if that is what was meant; or declare the Namespace.`,
        };
    }
  },
};

/** Where an object names a namespace: its own, those of the accounts that it gives rights to, and those of the peers of a policy. */
function namesIn(manifest: Manifest): { manifest: Manifest; namespace: unknown; field: FieldPath }[] {
  const subjects = list(manifest.object.subjects as readonly { namespace?: unknown }[] | undefined);
  return [
    { manifest, namespace: manifest.object.metadata.namespace, field: ['metadata', 'namespace'] },
    ...subjects.map(({ namespace }, i) => ({ manifest, namespace, field: ['subjects', i, 'namespace'] })),
    ...(manifest.object.kind === 'NetworkPolicy' ? peersIn(manifest) : []),
  ];
}

const NAME = 'kubernetes.io/metadata.name';

function peersIn(manifest: Manifest): { manifest: Manifest; namespace: unknown; field: FieldPath }[] {
  const { spec } = manifest.object as Policy;
  const sides = [
    ...list(spec?.ingress).map(({ from }, i) => ({ peers: from, at: ['spec', 'ingress', i, 'from'] })),
    ...list(spec?.egress).map(({ to }, i) => ({ peers: to, at: ['spec', 'egress', i, 'to'] })),
  ];
  return sides.flatMap(({ peers, at }) =>
    list(peers).flatMap(({ namespaceSelector }, p) => {
      const namespace = namespaceSelector?.matchLabels?.[NAME];
      return namespace === undefined
        ? []
        : [{ manifest, namespace, field: [...at, p, 'namespaceSelector', 'matchLabels', NAME] }];
    }),
  );
}
