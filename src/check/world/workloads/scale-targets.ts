import type { FieldPath, Manifest } from '../../../k8s/objects';
import { declared, type KindName } from '../declared';
import { placesAt } from '../places';
import { isText, namespaceOf, type World } from '../world';

/** A workload that an autoscaler names. */
interface ScaleTarget {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

const FIELDS: readonly (readonly [kind: KindName, path: string, defaultKind?: string])[] = [
  ['HorizontalPodAutoscaler.autoscaling', 'spec.scaleTargetRef'],
  ['VerticalPodAutoscaler.autoscaling.k8s.io', 'spec.targetRef'],
  ['ScaledObject.keda.sh', 'spec.scaleTargetRef', 'Deployment'],
];

/** The kinds of workloads that can be scaled. Targets of custom kinds are unknown. */
const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
  'DaemonSet',
  'Job',
  'CronJob',
]);

/** The target of every HorizontalPodAutoscaler, VerticalPodAutoscaler and ScaledObject. */
export function* scaleTargetsOf(world: World): Generator<ScaleTarget> {
  for (const [of, path, defaultKind] of FIELDS) {
    for (const manifest of declared(world, of)) {
      for (const { value, field } of placesAt(manifest.object, path)) {
        const {
          apiVersion,
          kind = defaultKind,
          name,
        } = value as Partial<Record<'apiVersion' | 'kind' | 'name', unknown>>;
        // A group with a dot is of a custom kind.
        if (!isText(kind) || !isText(name) || !WORKLOADS.has(kind) || (isText(apiVersion) && apiVersion.includes('.')))
          continue;
        yield { manifest, field, namespace: namespaceOf(manifest.object), kind, name };
      }
    }
  }
}
