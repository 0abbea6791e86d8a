import type { V1Deployment } from '@kubernetes/client-node';
import { autoscalersOf } from '../../world/autoscalers';
import { titleOf } from '../../../k8s/objects';
import type { Rule } from '../rule';

export const replicasAndAutoscale: Rule = {
  code: 'replicas-and-autoscale',
  why: 'Each apply sets the number back to what is written, in the middle of the load for which it had been raised.',
  fix: 'Take replicas out of the workload: the autoscaler decides on them.',
  *find(world) {
    for (const { manifest, target } of autoscalersOf(world)) {
      const replicas = (target?.object as V1Deployment | undefined)?.spec?.replicas;
      if (!target || typeof replicas !== 'number') continue;
      yield {
        manifest: target,
        field: ['spec', 'replicas'],
        message: `The number of copies is written, but ${titleOf(manifest.object)} decides on it.`,
        expected: 'no replicas',
        got: String(replicas),
        fix: 'Take replicas out.',
      };
    }
  },
};
