import type { Manifest } from '../../../k8s/objects';
import { declared } from '../declared';
import { kindName } from '../kinds';
import { once } from '../once';
import { isText, listOf, namespaceOf, type World } from '../world';

/** An autoscaler and its target. */
export interface Autoscaler {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** The workload, if it is in the manifests. */
  readonly target?: Manifest;
  /** The minimum number of replicas. */
  readonly min: number;
  /** The resources whose utilization it measures. */
  readonly resources: readonly string[];
}

/** Every HorizontalPodAutoscaler and every ScaledObject of KEDA that has a target. */
export function* autoscalersOf(world: World): Generator<Autoscaler> {
  for (const manifest of world.ofKind('HorizontalPodAutoscaler')) {
    const { spec } = manifest.object;
    if (!spec) continue;
    const numbers = { min: spec.minReplicas ?? 1, resources: utilizedBy(spec) };
    yield* withTarget(world, manifest, spec.scaleTargetRef ?? {}, numbers);
  }
  for (const manifest of declared(world, 'ScaledObject.keda.sh')) {
    const { scaleTargetRef, minReplicaCount, triggers } = (manifest.object.spec ?? {}) as ScaledObjectSpec;
    const ref = { apiVersion: 'apps/v1', kind: 'Deployment', ...scaleTargetRef };
    const resources = listOf(triggers).flatMap(({ type, metricType }) =>
      isText(type) && RESOURCES.has(type) && metricType === 'Utilization' ? [type] : [],
    );
    yield* withTarget(world, manifest, ref, {
      min: typeof minReplicaCount === 'number' ? minReplicaCount : 0,
      resources,
    });
  }
}

/** The fields of a ScaledObject. A manifest can contain anything. */
interface ScaledObjectSpec {
  readonly scaleTargetRef?: Target | null;
  readonly minReplicaCount?: unknown;
  readonly triggers?: { readonly type?: unknown; readonly metricType?: unknown }[] | null;
}

interface Target {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly name?: unknown;
}

/** The triggers of KEDA that measure a resource of the pods. */
const RESOURCES: ReadonlySet<string> = new Set(['cpu', 'memory']);

function* withTarget(
  world: World,
  manifest: Manifest,
  { apiVersion, kind, name }: Target,
  numbers: Pick<Autoscaler, 'min' | 'resources'>,
): Generator<Autoscaler> {
  if (!isText(kind) || !isText(name)) return;
  const namespace = namespaceOf(manifest.object);
  const of = kindName({ apiVersion: isText(apiVersion) ? apiVersion : '', kind });
  yield { manifest, namespace, kind: of, name, target: world.find(of, namespace, name), ...numbers };
}

/** The resources whose utilization is measured. An autoscaler of version 1, or without metrics, measures CPU. */
function utilizedBy({
  metrics,
}: {
  metrics?: readonly { resource?: { name?: string; target?: { type?: string } } }[];
}): string[] {
  if (listOf(metrics).length === 0) return ['cpu'];
  return listOf(metrics).flatMap(({ resource }) =>
    resource?.name !== undefined && resource.target?.type === 'Utilization' ? [resource.name] : [],
  );
}

/** The minimum number of replicas of each workload that an autoscaler scales. */
export const minReplicas = once(
  (world) => new Map([...autoscalersOf(world)].flatMap(({ target, min }) => (target ? [[target, min] as const] : []))),
);
