import { autoscalersOf } from '../../world/workloads/autoscalers';
import { meant, type Rule } from '../rule';

export const scaleTargetMissing: Rule = {
  code: 'scale-target-missing',
  why: 'The autoscaler scales nothing, and only its status reports this.',
  fix: 'Use the kind and the name of a workload in the same namespace.',
  *find(world) {
    for (const { manifest, namespace, kind, name, target } of autoscalersOf(world)) {
      // Targets of custom kinds are unknown.
      if (target || !['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(kind)) continue;
      yield {
        manifest,
        field: ['spec', 'scaleTargetRef', 'name'],
        message: `There is no ${kind} ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: name,
        ...meant(name, world.namesOf(kind, namespace), `add the ${kind}.`),
      };
    }
  },
};
