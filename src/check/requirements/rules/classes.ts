import type { RequirementRule } from '../requirement-rule';
import { isText } from '../../world/world';

/** The classes of pods. The API server rejects a pod whose class does not exist. */
export const classes: RequirementRule = {
  kind: 'pod-class',
  *find(world) {
    for (const { manifest, spec } of world.pods) {
      for (const [apiVersion, kind, name, title] of [
        ['scheduling.k8s.io/v1', 'PriorityClass', spec.priorityClassName, 'priority class'],
        ['node.k8s.io/v1', 'RuntimeClass', spec.runtimeClassName, 'runtime class'],
      ] as const) {
        if (
          !isText(name) ||
          name.startsWith('system-') ||
          world.ofKind(kind).some(({ object }) => object.metadata.name === name)
        )
          continue;
        yield {
          manifest,
          what: `the ${title} ${name}`,
          lookUp: { object: { apiVersion, kind, metadata: { name } } },
        };
      }
    }
  },
};
