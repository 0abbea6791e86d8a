import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import type { FieldPath } from '../../../k8s/objects';
import type { Policy } from '../../../links/policy';
import { maySelect } from '../../world/generated/may-select';
import type { Rule } from '../rule';
import { isEmpty, selectorText, type Selector } from '../../../k8s/selector';
import { isSystem, listOf, namespaceOf } from '../../world/world';

const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

export const policyWithoutPods: Rule = {
  code: 'policy-without-pods',
  why: 'The policy protects no pods or allows no pods. The usual cause is a label that was renamed in one place only.',
  fix: 'Make the selector match the labels of the pods.',
  *find(world) {
    for (const manifest of world.ofKind('NetworkPolicy')) {
      const own = namespaceOf(manifest.object);
      for (const { selector, namespace, field } of selectorsOf(manifest.object, own)) {
        if (isEmpty(selector) || typeof namespace !== 'string') continue;
        // The pods of other namespaces are unknown.
        if (isSystem(namespace) || !world.hasPods(namespace) || maySelect(world, namespace, selector)) continue;
        if (world.selectsAny(namespace, selector)) continue;
        yield {
          manifest,
          field,
          message: `No pod in the namespace ${namespace} has the labels ${selectorText(selector)}.`,
          expected: 'the labels of a pod',
          got: selectorText(selector),
          fix: 'Make the selector match the labels of the pod template, or remove the rule.',
        };
      }
    }
  },
};

function* selectorsOf(
  { spec }: Policy,
  own: string,
): Generator<{ selector: Selector; namespace: string | undefined; field: FieldPath }> {
  if (spec?.podSelector) yield { selector: spec.podSelector, namespace: own, field: ['spec', 'podSelector'] };
  const rules = [
    ...listOf(spec?.ingress).map(({ from }, i) => ({ peers: from, at: ['spec', 'ingress', i, 'from'] })),
    ...listOf(spec?.egress).map(({ to }, i) => ({ peers: to, at: ['spec', 'egress', i, 'to'] })),
  ];
  for (const { peers, at } of rules) {
    for (const [i, peer] of listOf(peers).entries()) {
      if (peer.podSelector)
        yield { selector: peer.podSelector, namespace: namespaceOfPeer(peer, own), field: [...at, i, 'podSelector'] };
    }
  }
}

/** The namespace of a peer, or undefined if it can be in several. */
function namespaceOfPeer({ namespaceSelector }: V1NetworkPolicyPeer, own: string): string | undefined {
  return namespaceSelector ? namespaceSelector.matchLabels?.[NAMESPACE_LABEL] : own;
}
