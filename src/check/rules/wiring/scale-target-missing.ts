import { mayExist } from '../../world/generated/may-exist';
import { scaleTargetsOf } from '../../world/workloads/scale-targets';
import { meant, type Rule } from '../rule';

export const scaleTargetMissing: Rule = {
  code: 'scale-target-missing',
  why: 'The autoscaler scales nothing, and only its status reports this.',
  fix: 'Use the kind and the name of a workload in the same namespace.',
  *find(world) {
    for (const { manifest, field, namespace, kind, name } of scaleTargetsOf(world)) {
      if (world.find(kind, namespace, name) || mayExist(world, kind, namespace, name)) continue;
      // Operators create the workloads of custom objects.
      if (manifest.object.kind !== 'HorizontalPodAutoscaler' && !world.hasPods(namespace)) continue;
      yield {
        manifest,
        field: [...field, 'name'],
        message: `There is no ${kind} ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: name,
        ...meant(name, world.namesOf(kind, namespace), `add the ${kind}.`),
      };
    }
  },
};
