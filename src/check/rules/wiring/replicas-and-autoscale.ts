import { writtenReplicas } from '../../world/workloads/workloads';
import { autoscalersOf } from '../../world/workloads/autoscalers';
import { titleOf } from '../../../k8s/objects';
import type { Rule } from '../rule';

export const replicasAndAutoscale: Rule = {
  code: 'replicas-and-autoscale',
  why: 'Each apply resets the number of replicas and undoes the decision of the autoscaler.',
  fix: 'Remove replicas from the workload, because the autoscaler sets it.',
  *find(world) {
    for (const { manifest, target } of autoscalersOf(world)) {
      const replicas = target && writtenReplicas(target);
      if (!target || replicas === undefined) continue;
      yield {
        manifest: target,
        field: ['spec', 'replicas'],
        message: `The workload sets replicas, but ${titleOf(manifest.object)} controls the number of replicas.`,
        expected: 'no replicas',
        got: String(replicas),
        fix: 'Remove replicas.',
      };
    }
  },
};
