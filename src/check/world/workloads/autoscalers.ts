import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Manifest } from '../../../k8s/objects';
import { kindName } from '../kinds';
import { once } from '../once';
import { isText, namespaceOf, type World } from '../world';

/** An autoscaler and its target. */
export interface Autoscaler {
  readonly manifest: Manifest;
  readonly spec: NonNullable<V2HorizontalPodAutoscaler['spec']>;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** The workload, if it is in the manifests. */
  readonly target?: Manifest;
}

/** Every HorizontalPodAutoscaler that has a target. */
export function* autoscalersOf(world: World): Generator<Autoscaler> {
  for (const manifest of world.ofKind('HorizontalPodAutoscaler')) {
    const { spec } = manifest.object;
    const { apiVersion, kind, name } = spec?.scaleTargetRef ?? {};
    const namespace = namespaceOf(manifest.object);
    if (!spec || !isText(kind) || !isText(name)) continue;
    const of = kindName({ apiVersion: isText(apiVersion) ? apiVersion : '', kind });
    yield { manifest, spec, namespace, kind: of, name, target: world.find(of, namespace, name) };
  }
}

/** The minimum number of replicas of each workload that an autoscaler scales. */
export const minReplicas = once(
  (world) =>
    new Map(
      [...autoscalersOf(world)].flatMap(({ target, spec }) =>
        target ? [[target, spec.minReplicas ?? 1] as const] : [],
      ),
    ),
);
