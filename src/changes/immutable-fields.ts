import type { V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimTemplate, V1Service } from '@kubernetes/client-node';
import { valueAt, type FieldPath, type KubeObject } from '../k8s/objects';
import { own } from '../basics/own';
import { parseQuantity } from '../k8s/quantity';

/** A change that the cluster refuses or ignores. */
export interface RefusedChange {
  readonly field: FieldPath;
  readonly message: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** The steps to make the change by hand: kubectl commands and their effects. */
  readonly fix: string;
}

type Rule = (before: KubeObject, after: KubeObject) => Iterable<RefusedChange>;

/** The fields of each kind that the cluster cannot change. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'apps/Deployment': [immutable(['spec', 'selector'], deleteIt('its pods stop until the new pods are ready'))],
  'apps/DaemonSet': [immutable(['spec', 'selector'], deleteIt('its pods stop until the new pods are ready'))],
  'apps/ReplicaSet': [immutable(['spec', 'selector'], deleteIt('its pods stop until the new pods are ready'))],
  'apps/StatefulSet': [
    claimTemplates,
    immutable(['spec', 'selector'], deleteIt('its pods stop until the new pods are ready; its claims stay')),
    immutable(['spec', 'serviceName'], orphanIt),
    immutable(['spec', 'podManagementPolicy'], orphanIt, 'OrderedReady'),
  ],
  'batch/Job': ['template', 'selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex'].map((field) =>
    immutable(
      ['spec', field],
      deleteIt('the next apply runs it again'),
      field === 'completionMode' ? 'NonIndexed' : undefined,
    ),
  ),
  '/Service': [serviceAddress],
  '/ConfigMap': [immutableData],
  '/Secret': [immutable(['type'], deleteIt('pods that start in the meantime wait for it'), 'Opaque'), immutableData],
  '/PersistentVolumeClaim': [claim],
  'rbac.authorization.k8s.io/RoleBinding': [
    immutable(['roleRef'], deleteIt('its subjects do not have these rights until the next apply')),
  ],
  'rbac.authorization.k8s.io/ClusterRoleBinding': [
    immutable(['roleRef'], deleteIt('its subjects do not have these rights until the next apply')),
  ],
  'storage.k8s.io/StorageClass': ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].map((field) =>
    immutable([field], deleteIt('existing volumes do not change')),
  ),
  'postgresql.cnpg.io/Cluster': [clusterStorage],
};

/** The changes of an object that the cluster cannot make in place. */
export function refusedChanges(before: KubeObject, after: KubeObject): RefusedChange[] {
  const group = after.apiVersion.includes('/') ? after.apiVersion.split('/')[0]! : '';
  return (own(RULES, `${group}/${after.kind}`) ?? []).flatMap((rule) => [...rule(before, after)]);
}

/** `kubectl -n blog delete deployment web` */
function kubectl({ kind, metadata }: KubeObject, verb: string, ...more: string[]): string {
  return ['kubectl', metadata.namespace && `-n ${metadata.namespace}`, verb, kind.toLowerCase(), metadata.name, ...more]
    .filter(Boolean)
    .join(' ');
}

/** The steps that make a change by hand, for one object. */
type Steps = (object: KubeObject) => string;

function deleteIt(consequence: string): Steps {
  return (object) => `${kubectl(object, 'delete')} (${consequence})`;
}

function orphanIt(object: KubeObject): string {
  return `${kubectl(object, 'delete', '--cascade=orphan')} (its pods continue to run, and the next apply adopts them)`;
}

/** A field that cannot change. If it is not set, it has the default. */
function immutable(field: FieldPath, steps: Steps, defaultValue?: unknown): Rule {
  return function* (before, after) {
    const [from, to] = [before, after].map((object) => valueAt(object, field) ?? defaultValue);
    if (!same(from, to))
      yield {
        field,
        from,
        to,
        message: `The cluster cannot change ${field.join('.')} of a ${after.kind}.`,
        fix: steps(after),
      };
  };
}

/** A Service keeps its cluster IP, or stays headless: the cluster ignores or refuses any change of it. */
function* serviceAddress(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  const [from, to] = [before, after].map((object) => (object as V1Service).spec ?? {}) as [
    NonNullable<V1Service['spec']>,
    NonNullable<V1Service['spec']>,
  ];
  if (from.type === 'ExternalName' || to.type === 'ExternalName') return;
  if (from.clusterIP === to.clusterIP || (from.clusterIP !== 'None' && to.clusterIP === undefined)) return;
  yield {
    field: ['spec', 'clusterIP'],
    from: from.clusterIP,
    to: to.clusterIP,
    message: 'The cluster cannot change or remove the cluster IP of a Service.',
    fix: deleteIt('its name does not resolve until the next apply')(after),
  };
}

/** A ConfigMap or a Secret with `immutable: true`. */
function* immutableData(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  if (before.immutable !== true) return;
  const changed = ['data', 'stringData', 'binaryData', 'immutable'].filter(
    (field) => !same(before[field], after[field]),
  );
  if (changed.length === 0) return;
  yield {
    field: [changed[0]!],
    message: `The ${after.kind} is immutable, but these fields changed: ${changed.join(', ')}.`,
    fix: deleteIt(
      'pods that start in the meantime wait for it; a new name instead also replaces the pods that read it',
    )(after),
  };
}

function* claimTemplates(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  const field = ['spec', 'volumeClaimTemplates'];
  const [from, to] = [before, after].map(
    (object) => (valueAt(object, field) ?? []) as V1PersistentVolumeClaimTemplate[],
  ) as [V1PersistentVolumeClaimTemplate[], V1PersistentVolumeClaimTemplate[]];
  const rest = (templates: V1PersistentVolumeClaimTemplate[]) =>
    templates.map(({ metadata, spec }) => ({ metadata, spec: { ...withoutSize(spec) } }));
  if (!same(rest(from), rest(to))) {
    yield {
      field,
      from,
      to,
      message: 'The cluster cannot change the claim templates of a StatefulSet.',
      fix: moveData(after),
    };
    return;
  }
  for (const [i, { metadata, spec }] of to.entries()) {
    const [old, now] = [sizeOf(from[i]!.spec), sizeOf(spec)];
    if (amount(old) === amount(now)) continue;
    const what = { field: [...field, i, 'spec', 'resources', 'requests', 'storage'], from: old, to: now };
    if (amount(now)! > amount(old)!) {
      const patch = kubectl(
        claimOf(after, metadata?.name),
        'patch',
        `-p '{"spec":{"resources":{"requests":{"storage":"${String(now)}"}}}}'`,
      );
      yield {
        ...what,
        message: 'A claim can grow, but the claim template of its StatefulSet cannot change.',
        fix: `${patch} (for the claim of each pod; its storage class must allow it), then ${orphanIt(after)}`,
      };
    } else {
      yield { ...what, message: 'A claim cannot shrink.', fix: moveData(after) };
    }
  }
}

function* claim(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  const [from, to] = [before.spec, after.spec] as [V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimSpec];
  const fix = `copy its data to another place, then ${deleteIt('the storage class decides whether its data is deleted too')(after)}`;
  if (!same(withoutSize(from), withoutSize(to)))
    yield {
      field: ['spec'],
      from: withoutSize(from),
      to: withoutSize(to),
      message: 'The cluster can change only the size of a claim.',
      fix,
    };
  if ((amount(sizeOf(to)) ?? 0) < (amount(sizeOf(from)) ?? 0)) {
    yield {
      field: ['spec', 'resources', 'requests', 'storage'],
      from: sizeOf(from),
      to: sizeOf(to),
      message: 'A claim cannot shrink.',
      fix,
    };
  }
}

function* clusterStorage(before: KubeObject, after: KubeObject): Generator<RefusedChange> {
  const field = ['spec', 'storage', 'size'];
  const [from, to] = [valueAt(before, field), valueAt(after, field)];
  if ((amount(to) ?? 0) < (amount(from) ?? 0))
    yield { field, from, to, message: 'A claim cannot shrink.', fix: moveData(after) };
}

/** The steps that dump the data and restore it to a new claim. */
export function moveData(object: KubeObject): string {
  const templates = (valueAt(object, ['spec', 'volumeClaimTemplates']) ?? []) as V1PersistentVolumeClaimTemplate[];
  const steps = [
    `dump the data (a Database with backup: ${createJob(object, 'backup')})`,
    kubectl(object, 'delete'),
    ...templates.map(({ metadata }) => kubectl(claimOf(object, metadata?.name), 'delete')),
    'apply',
    `restore it (${createJob(object, 'restore')})`,
  ];
  return steps.join(', then ');
}

/** The claim of the first pod of a StatefulSet. */
function claimOf(object: KubeObject, template: string | undefined): KubeObject {
  return {
    ...object,
    kind: 'PersistentVolumeClaim',
    metadata: { ...object.metadata, name: `${template}-${object.metadata.name}-0` },
  };
}

function createJob({ metadata }: KubeObject, what: string): string {
  return [
    'kubectl',
    metadata.namespace && `-n ${metadata.namespace}`,
    `create job ${metadata.name}-${what}-1 --from=cronjob/${metadata.name}-${what}`,
  ]
    .filter(Boolean)
    .join(' ');
}

function sizeOf(spec: V1PersistentVolumeClaimSpec | undefined): unknown {
  return spec?.resources?.requests?.storage;
}

/** A claim without its size, with defaults. */
function withoutSize(spec: V1PersistentVolumeClaimSpec | undefined): object {
  return { volumeMode: 'Filesystem', ...spec, resources: { ...spec?.resources, requests: undefined } };
}

function amount(size: unknown): number | undefined {
  return parseQuantity(typeof size === 'number' ? String(size) : size);
}

/** Whether two values are equal. The order of keys does not count, and null is the same as a missing value. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
