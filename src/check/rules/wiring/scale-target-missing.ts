import { autoscalersOf } from '../../world/autoscalers';
import { meant, type Rule } from '../rule';

export const scaleTargetMissing: Rule = {
  code: 'scale-target-missing',
  why: 'Nothing is ever scaled, and only the status of the autoscaler says so.',
  fix: 'Name a workload of the same namespace, by its kind and name.',
  *find(world) {
    for (const { manifest, namespace, kind, name, target } of autoscalersOf(world)) {
      // Of kinds of other people, and of namespaces that are elsewhere, nothing is known.
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
