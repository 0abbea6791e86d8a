import { budgetsOf } from '../../world/workloads/budgets';
import { maySelect } from '../../world/generated/may-select';
import type { Rule } from '../rule';
import { selectorText } from '../../../k8s/selector';

export const budgetWithoutPods: Rule = {
  code: 'budget-without-pods',
  why: 'The budget protects no pods, so a drain can evict all replicas at the same time.',
  fix: 'Make the selector match the labels of the pod template.',
  *find(world) {
    for (const { manifest, spec, namespace, pods } of budgetsOf(world)) {
      if (
        pods.length > 0 ||
        (spec.selector && world.selectsAny(namespace, spec.selector)) ||
        maySelect(world, namespace, spec.selector ?? {}) ||
        !world.hasPods(namespace)
      )
        continue;
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `No pod in the namespace ${namespace} has the labels ${selectorText(spec.selector ?? {})}.`,
        expected: 'the labels of a pod',
        got: selectorText(spec.selector ?? {}),
        fix: 'Make the selector match the labels of the pod template.',
      };
    }
  },
};
