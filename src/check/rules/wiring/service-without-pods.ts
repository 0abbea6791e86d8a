import { mayLabel } from '../../world/operator-names';
import type { Rule } from '../rule';
import { selectorText } from '../../../k8s/selector';
import { isSystem, podsTitle, servicesOf } from '../../world/world';

export const serviceWithoutPods: Rule = {
  code: 'service-without-pods',
  why: 'Who calls the Service gets no answer: there is nobody behind it.',
  fix: 'Make the selector and the labels of the pod template the same.',
  *find(world) {
    for (const { manifest, namespace, spec } of servicesOf(world)) {
      // Without a selector somebody else fills in the addresses.
      if (
        !spec.selector ||
        Object.keys(spec.selector).length === 0 ||
        spec.type === 'ExternalName' ||
        isSystem(namespace)
      )
        continue;
      if (
        world.select(namespace, { matchLabels: spec.selector }).length > 0 ||
        mayLabel(world, namespace, Object.values(spec.selector))
      )
        continue;
      const near = world.pods.filter((pods) => pods.namespace === namespace).slice(0, 5);
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `No pod in the namespace ${namespace} has the labels ${selectorText({ matchLabels: spec.selector })}.`,
        expected:
          near.length > 0
            ? `the labels of some pod, such as ${near.map((pods) => `${podsTitle(pods)} (${selectorText({ matchLabels: pods.labels })})`).join('; ')}`
            : undefined,
        got: selectorText({ matchLabels: spec.selector }),
        fix: 'Make the selector and the labels of the pod template the same.',
      };
    }
  },
};
