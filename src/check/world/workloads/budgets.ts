import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Manifest } from '../../../k8s/objects';
import { namespaceOf, type Pods, type World } from '../world';

/** A PodDisruptionBudget and the pods that it selects. */
export interface Budget {
  readonly manifest: Manifest;
  readonly spec: NonNullable<V1PodDisruptionBudget['spec']>;
  readonly namespace: string;
  readonly pods: readonly Pods[];
}

export function* budgetsOf(world: World): Generator<Budget> {
  for (const manifest of world.ofKind('PodDisruptionBudget')) {
    const { spec } = manifest.object;
    const namespace = namespaceOf(manifest.object);
    if (spec) yield { manifest, spec, namespace, pods: spec.selector ? world.select(namespace, spec.selector) : [] };
  }
}
