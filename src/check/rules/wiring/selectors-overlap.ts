import { dirname } from 'node:path';
import type { Manifest } from '../../../k8s/objects';
import { isEmpty, matches, selectorText, type Selector } from '../../../k8s/selector';
import type { Rule } from '../rule';
import { podsTitle, type Pods } from '../../world/world';

/** The kinds whose selector says which pods belong to them. */
const CONTROLLERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

export const selectorsOverlap: Rule = {
  code: 'selectors-overlap',
  why: 'Both workloads count the pods of the other one as their own. Autoscalers, budgets and rollouts then work with wrong numbers.',
  fix: 'Add a label to each selector and its pod template that the other workload does not have.',
  *find(world) {
    const reported = new Set<Pods>();
    const declarations = new Map<string, number>();
    const titled = (pods: Pods) => `${pods.namespace}/${podsTitle(pods)}`;
    for (const pods of world.pods) declarations.set(titled(pods), (declarations.get(titled(pods)) ?? 0) + 1);
    // A workload that is declared twice is one of several alternatives. The rule identity-taken reports it.
    const isSingle = (pods: Pods) => declarations.get(titled(pods)) === 1;
    for (const pods of world.pods) {
      const selector = isSingle(pods) ? selectorOf(pods) : undefined;
      if (!selector) continue;
      const other = world
        .select(pods.namespace, selector)
        .find((one) => one !== pods && !reported.has(one) && isSingle(one) && isMutual(one, pods));
      if (!other) continue;
      reported.add(pods);
      yield {
        manifest: pods.manifest,
        field: ['spec', 'selector'],
        message: `The selector also matches the pods of ${podsTitle(other)}, and the selector of ${podsTitle(other)} matches these pods.`,
        expected: 'labels that only the pods of one workload have',
        got: selectorText(selector),
        fix: `Add a label that distinguishes ${podsTitle(pods)} from ${podsTitle(other)} to the selectors and the pod templates.`,
      };
    }
  },
};

function isMutual(other: Pods, pods: Pods): boolean {
  const selector = selectorOf(other);
  return selector !== undefined && matches(selector, pods.labels) && areTogether(other.manifest, pods.manifest);
}

/** Whether two workloads run at the same time. In several folders, examples without a namespace or of one name are alternatives. */
function areTogether(one: Manifest, other: Manifest): boolean {
  const { name, namespace } = one.object.metadata;
  if (namespace !== undefined && name !== other.object.metadata.name) return true;
  const [file, otherFile] = [one, other].map((manifest) => manifest.place([])?.file);
  return file === undefined || otherFile === undefined || dirname(file) === dirname(otherFile);
}

/** The selector of a workload. A selector without labels is invalid. */
function selectorOf({ manifest }: Pods): Selector | undefined {
  if (!CONTROLLERS.has(manifest.object.kind)) return undefined;
  const { selector } = (manifest.object.spec ?? {}) as { selector?: Selector | null };
  return selector && typeof selector === 'object' && !isEmpty(selector) ? selector : undefined;
}
