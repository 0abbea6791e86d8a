import { budgetsOf } from '../../world/budgets';
import { mayLabel } from '../../world/operator-names';
import type { Rule } from '../rule';
import { selectorText } from '../../../k8s/selector';

export const budgetWithoutPods: Rule = {
  code: 'budget-without-pods',
  why: 'It protects nobody: a drain takes all copies at once.',
  fix: 'Make its selector and the labels of the pod template the same.',
  *find(world) {
    for (const { manifest, spec, namespace, pods } of budgetsOf(world)) {
      if (
        pods.length > 0 ||
        mayLabel(world, namespace, Object.values(spec.selector?.matchLabels ?? {})) ||
        !world.hasPods(namespace)
      )
        continue;
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `No pod in the namespace ${namespace} has the labels ${selectorText(spec.selector ?? {})}.`,
        expected: 'the labels of some pod',
        got: selectorText(spec.selector ?? {}),
        fix: 'Make the selector and the labels of the pod template the same.',
      };
    }
  },
};
