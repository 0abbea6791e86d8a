import type { V1NetworkPolicyPeer } from '@kubernetes/client-node';
import type { Way } from '../check/world/network/policies';
import { listOf } from '../check/world/world';
import { selectorText, type Selector } from '../k8s/selector';
import type { GraphNode } from '../links/graph';
import { addressesOf, ALL_ADDRESSES, blockText, isEverywhere, without, type AddressSet } from './addresses';

/** What a rule of a policy admits as the other end of a connection. */
export type End =
  | { readonly kind: 'anything' }
  | { readonly kind: 'addresses'; readonly text: string; readonly set: AddressSet }
  | {
      readonly kind: 'pods';
      readonly text: string;
      readonly namespaces: ReadonlySet<string>;
      readonly labels: ReadonlySet<string>;
      readonly peer: V1NetworkPolicyPeer;
      /** The namespace of the policy. */
      readonly own: string;
    };

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The ends that a rule admits. */
export function endsOf({ peers, namespace }: Way): End[] {
  return peers.length === 0 ? [{ kind: 'anything' }] : peers.map((peer) => endOf(peer, namespace));
}

function endOf(peer: V1NetworkPolicyPeer, own: string): End {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (ipBlock) {
    const set = addressesOf(ipBlock);
    return isEverywhere(set) ? { kind: 'anything' } : { kind: 'addresses', text: blockText(ipBlock), set };
  }
  const inNamespaces: Selector = namespaceSelector ?? { matchLabels: { [NAMESPACE_NAME]: own } };
  const [namespaces, labels] = [requirementsIn(inNamespaces), requirementsIn(podSelector ?? {})];
  const pods = labels.size === 0 ? 'every pod' : `pods ${selectorText(podSelector ?? {})}`;
  return { kind: 'pods', text: `${pods} in ${namespacesText(inNamespaces)}`, namespaces, labels, peer, own };
}

/** Whether the ends admit everything that `end` admits. */
export function isAdmitted(end: End, ends: readonly End[]): boolean {
  if (ends.some(({ kind }) => kind === 'anything')) return true;
  if (end.kind === 'anything') return isEverywhere(union(ends));
  if (end.kind === 'addresses') return without(end.set, union(ends)).length === 0;
  return ends.some(
    (one) =>
      one.kind === 'pods' &&
      [...one.namespaces].every((requirement) => end.namespaces.has(requirement)) &&
      [...one.labels].every((requirement) => end.labels.has(requirement)),
  );
}

function union(ends: readonly End[]): AddressSet {
  // A set of addresses is removed from others, so its parts may overlap.
  return ends.flatMap((end) => (end.kind === 'addresses' ? end.set : end.kind === 'anything' ? ALL_ADDRESSES : []));
}

/** An end in a picture. */
export function nodeOfEnd(end: End): GraphNode {
  const name = textOfEnd(end);
  return { id: name, name, kind: end.kind === 'pods' ? 'service' : 'external' };
}

/** An end for people. */
export function textOfEnd(end: End): string {
  return end.kind === 'anything' ? 'any address' : end.text;
}

/** A selector as a set, so that its order does not matter. Each requirement narrows it. */
function requirementsIn({ matchLabels, matchExpressions }: Selector): Set<string> {
  const requirement = (key: string, operator: string, values: readonly unknown[]) =>
    JSON.stringify([key, operator, values.map(String).toSorted()]);
  return new Set([
    ...Object.entries(matchLabels ?? {}).map(([key, value]) => requirement(key, 'In', [value])),
    ...listOf(matchExpressions).map(({ key, operator, values }) => requirement(key, operator, listOf(values))),
  ]);
}

function namespacesText(selector: Selector): string {
  const text = selectorText(selector);
  if (text === '') return 'every namespace';
  const [, name] = new RegExp(`^${NAMESPACE_NAME}(?:=| In \\()([\\w-]+)\\)?$`).exec(text) ?? [];
  return name === undefined ? `namespaces ${text}` : `namespace ${name}`;
}
