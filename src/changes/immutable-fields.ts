import type { V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimTemplate, V1Service } from '@kubernetes/client-node';
import type { FieldPath, KubeObject } from '../k8s/objects';
import { own } from '../basics/own';
import { parseQuantity } from '../k8s/quantity';

/** A change that the cluster refuses, or passes over without a word. */
export interface FixedChange {
  readonly field: FieldPath;
  readonly message: string;
  readonly from?: unknown;
  readonly to?: unknown;
  /** What has to be done by hand, as commands of kubectl and what they mean. */
  readonly fix: string;
}

type Rule = (before: KubeObject, after: KubeObject) => Iterable<FixedChange>;

/** What of each kind cannot be changed once it is there. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'apps/Deployment': [fixed(['spec', 'selector'], deleteIt('its pods stop until the new ones are ready'))],
  'apps/DaemonSet': [fixed(['spec', 'selector'], deleteIt('its pods stop until the new ones are ready'))],
  'apps/ReplicaSet': [fixed(['spec', 'selector'], deleteIt('its pods stop until the new ones are ready'))],
  'apps/StatefulSet': [
    claimTemplates,
    fixed(['spec', 'selector'], deleteIt('its pods stop until the new ones are ready, its claims stay')),
    fixed(['spec', 'serviceName'], orphanIt),
    fixed(['spec', 'podManagementPolicy'], orphanIt, 'OrderedReady'),
  ],
  'batch/Job': ['template', 'selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex'].map((field) =>
    fixed(
      ['spec', field],
      deleteIt('the next apply runs it anew'),
      field === 'completionMode' ? 'NonIndexed' : undefined,
    ),
  ),
  '/Service': [clusterAddress],
  '/ConfigMap': [sealed],
  '/Secret': [fixed(['type'], deleteIt('pods that start meanwhile wait for it'), 'Opaque'), sealed],
  '/PersistentVolumeClaim': [claim],
  'rbac.authorization.k8s.io/RoleBinding': [
    fixed(['roleRef'], deleteIt('until the next apply its subjects lack these rights')),
  ],
  'rbac.authorization.k8s.io/ClusterRoleBinding': [
    fixed(['roleRef'], deleteIt('until the next apply its subjects lack these rights')),
  ],
  'storage.k8s.io/StorageClass': ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].map((field) =>
    fixed([field], deleteIt('volumes that it made stay as they are')),
  ),
  'postgresql.cnpg.io/Cluster': [clusterStorage],
};

/** Everything in a changed object that cannot be changed in place. */
export function fixedChanges(before: KubeObject, after: KubeObject): FixedChange[] {
  const group = after.apiVersion.includes('/') ? after.apiVersion.split('/')[0]! : '';
  return (own(RULES, `${group}/${after.kind}`) ?? []).flatMap((rule) => [...rule(before, after)]);
}

/** `kubectl -n blog delete deployment web` */
function kubectl({ kind, metadata }: KubeObject, verb: string, ...more: string[]): string {
  return ['kubectl', metadata.namespace && `-n ${metadata.namespace}`, verb, kind.toLowerCase(), metadata.name, ...more]
    .filter(Boolean)
    .join(' ');
}

type FixText = (object: KubeObject) => string;

function deleteIt(consequence: string): FixText {
  return (object) => `${kubectl(object, 'delete')} (${consequence})`;
}

function orphanIt(object: KubeObject): string {
  return `${kubectl(object, 'delete', '--cascade=orphan')} (its pods run on, and the next apply takes them over)`;
}

/** A field that stays what it was, or what it is by default. */
function fixed(field: FieldPath, fix: FixText, byDefault?: unknown): Rule {
  return function* (before, after) {
    const [from, to] = [before, after].map((object) => valueAt(object, field) ?? byDefault);
    if (!same(from, to))
      yield {
        field,
        from,
        to,
        message: `The cluster cannot change ${field.join('.')} of a ${after.kind}.`,
        fix: fix(after),
      };
  };
}

/** A Service keeps its address, also when it has none: with or without one, it would silently stay as it is. */
function* clusterAddress(before: KubeObject, after: KubeObject): Generator<FixedChange> {
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
    message: 'The cluster cannot give a Service another address, nor take it away.',
    fix: deleteIt('until the next apply nobody finds it by name')(after),
  };
}

/** What says of itself that it never changes. */
function* sealed(before: KubeObject, after: KubeObject): Generator<FixedChange> {
  if (before.immutable !== true) return;
  const changed = ['data', 'stringData', 'binaryData', 'immutable'].filter(
    (field) => !same(before[field], after[field]),
  );
  if (changed.length === 0) return;
  yield {
    field: [changed[0]!],
    message: `The ${after.kind} is immutable, and this changed: ${changed.join(', ')}.`,
    fix: deleteIt('pods that start meanwhile wait for it; another name instead would also replace those that read it')(
      after,
    ),
  };
}

function* claimTemplates(before: KubeObject, after: KubeObject): Generator<FixedChange> {
  const field = ['spec', 'volumeClaimTemplates'];
  const [from, to] = [before, after].map(
    (object) => (valueAt(object, field) ?? []) as V1PersistentVolumeClaimTemplate[],
  ) as [V1PersistentVolumeClaimTemplate[], V1PersistentVolumeClaimTemplate[]];
  const rest = (templates: V1PersistentVolumeClaimTemplate[]) =>
    templates.map(({ metadata, spec }) => ({ metadata, spec: { ...withoutSize(spec) } }));
  if (!same(rest(from), rest(to))) {
    yield { field, from, to, message: 'The cluster cannot change the claims of a StatefulSet.', fix: moveData(after) };
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
        message: 'The cluster lets a claim grow, but not in the StatefulSet that made it.',
        fix: `${patch} (for the claim of each pod; its storage class has to allow it), then ${orphanIt(after)}`,
      };
    } else {
      yield { ...what, message: 'No claim can become smaller.', fix: moveData(after) };
    }
  }
}

function* claim(before: KubeObject, after: KubeObject): Generator<FixedChange> {
  const [from, to] = [before.spec, after.spec] as [V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimSpec];
  const fix = `copy what is in it elsewhere, then ${deleteIt('with all that is in it, as its storage class says')(after)}`;
  if (!same(withoutSize(from), withoutSize(to)))
    yield {
      field: ['spec'],
      from: withoutSize(from),
      to: withoutSize(to),
      message: 'The cluster cannot change a claim, but for its size.',
      fix,
    };
  if ((amount(sizeOf(to)) ?? 0) < (amount(sizeOf(from)) ?? 0)) {
    yield {
      field: ['spec', 'resources', 'requests', 'storage'],
      from: sizeOf(from),
      to: sizeOf(to),
      message: 'No claim can become smaller.',
      fix,
    };
  }
}

function* clusterStorage(before: KubeObject, after: KubeObject): Generator<FixedChange> {
  const field = ['spec', 'storage', 'size'];
  const [from, to] = [valueAt(before, field), valueAt(after, field)];
  if ((amount(to) ?? 0) < (amount(from) ?? 0))
    yield { field, from, to, message: 'No claim can become smaller.', fix: moveData(after) };
}

/** Data goes by way of a dump to a claim that is made anew. */
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

/** The claim that a StatefulSet made for its first pod. */
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

/** Everything of a claim but its size, with what it is by default. */
function withoutSize(spec: V1PersistentVolumeClaimSpec | undefined): object {
  return { volumeMode: 'Filesystem', ...spec, resources: { ...spec?.resources, requests: undefined } };
}

function amount(size: unknown): number | undefined {
  return parseQuantity(typeof size === 'number' ? String(size) : size);
}

function valueAt(object: unknown, field: FieldPath): unknown {
  return field.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined | null)?.[key], object);
}

/** Whether two values say the same, in whatever order; nothing is as good as null. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}
