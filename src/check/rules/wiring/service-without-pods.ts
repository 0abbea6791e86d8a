import { maySelect } from '../../world/generated/may-select';
import type { Rule } from '../rule';
import { matches, selectorText } from '../../../k8s/selector';
import { isSystem, podsTitle, servicesIn } from '../../world/world';

export const serviceWithoutPods: Rule = {
  code: 'service-without-pods',
  why: 'Calls to the Service fail because it has no endpoints.',
  fix: 'Make the selector match the labels of the pod template.',
  *find(world) {
    for (const { manifest, namespace, spec } of servicesIn(world)) {
      // The endpoints of a Service without a selector are created separately.
      if (
        !spec.selector ||
        Object.keys(spec.selector).length === 0 ||
        spec.type === 'ExternalName' ||
        isSystem(namespace)
      )
        continue;
      if (
        world.selectsAny(namespace, { matchLabels: spec.selector }) ||
        maySelect(world, namespace, { matchLabels: spec.selector })
      )
        continue;
      const elsewhere = world.pods.find(({ labels }) => matches({ matchLabels: spec.selector }, labels));
      // If all workloads are in other namespaces, the pods of this one are unknown.
      if (!elsewhere && !world.hasPods(namespace) && world.pods.length > 0) continue;
      const near = world.pods.filter((pods) => pods.namespace === namespace).slice(0, 5);
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `No pod in the namespace ${namespace} has the labels ${selectorText({ matchLabels: spec.selector })}.`,
        expected:
          near.length > 0
            ? `the labels of a pod, such as ${near.map((pods) => `${podsTitle(pods)} (${selectorText({ matchLabels: pods.labels })})`).join('; ')}`
            : undefined,
        got: selectorText({ matchLabels: spec.selector }),
        fix: elsewhere
          ? `${podsTitle(elsewhere)} has these labels, but is in the namespace ${elsewhere.namespace}. Use one namespace for both.`
          : 'Make the selector match the labels of the pod template.',
      };
    }
  },
};
