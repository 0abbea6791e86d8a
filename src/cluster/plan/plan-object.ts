import { fieldsThatDiffer, type FieldChange } from '../../changes/differences';
import { APPLY_SET, MANAGER } from '../../k8s/keys';
import { titleOf, type KubeObject, type Manifest } from '../../k8s/objects';
import { CallsignError, type Problem } from '../../problems/problem';
import { ApiError, type ApiServer, type LiveObject } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import { fieldsOf, isKubectlApply, isOurs, managersOf, withoutFields } from '../fields/managed-fields';
import { isSecretObject, maskOf, type SecretValues } from '../fields/secret-values';
import { conflictProblems, mayTake } from './conflicts';
import { handOverOf } from './hand-over';
import type { ObjectPlan } from './object-plan';
import { isForbidden, isRefusal, refusalProblems } from './refusals';

export interface Planning {
  readonly api: ApiServer;
  readonly kinds: Kinds;
  readonly secrets: SecretValues;
  /** The id of the release. Each object gets it as a label. */
  readonly partOf: string;
  /** Fields that may be taken from other managers: `deployment/web:spec.replicas`. */
  readonly take: ReadonlySet<string>;
  /** Fields whose autoscaler leaves the charts. It is deleted before they are written. */
  readonly freed: Promise<ReadonlySet<string>>;
}

/** What apply would do with an object: a dry run of the API server, with strict validation. Throws if it is refused. */
export async function planObject(manifest: Manifest, planning: Planning): Promise<ObjectPlan> {
  const { api, kinds, secrets } = planning;
  const desired = labelled(withEncodedData(manifest.object), planning.partOf);
  secrets.add(desired);
  const path = kinds.pathOf(desired);
  const unplanned = { manifest, body: desired, path, changes: [], takesOver: false, force: false } as const;
  if (path === undefined)
    return {
      ...unplanned,
      action: 'create',
      unchecked: `the cluster does not serve ${desired.kind} of ${desired.apiVersion}`,
    };
  const live = await api.get(path);
  secrets.add(live);
  const release = live?.metadata.labels?.[APPLY_SET.partOf];
  if (release !== undefined && release !== planning.partOf) throw new CallsignError([takenProblem(manifest, release)]);

  const handsOver = handOverOf(desired, live);
  const body = handsOver ? withNumber(desired, handsOver) : desired;
  const takesOver = live !== undefined && managersOf(live).some(isKubectlApply);
  try {
    const { result, force } = await dryRun({ ...planning, path, manifest, body, live });
    secrets.add(result);
    const after = takesOver ? await afterRemoval(api, path, live, result) : result;
    const changes = live ? masked(live, after, secrets) : [];
    return {
      ...unplanned,
      body: desired,
      live,
      takesOver,
      force,
      handsOver,
      changes,
      action: !live
        ? 'create'
        : changes.length > 0
          ? 'change'
          : takesOver || !sameFields(live, result)
            ? 'own'
            : 'none',
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status } = error;
    if (status.code === 404 && status.details?.kind === 'namespaces')
      return {
        ...unplanned,
        action: 'create',
        unchecked: `the namespace ${desired.metadata.namespace} does not exist yet`,
      };
    if (/does not support dry run/.test(status.message))
      return {
        ...unplanned,
        action: live ? 'change' : 'create',
        live,
        takesOver,
        handsOver,
        unchecked: status.message,
      };
    if (isForbidden(status) || !isRefusal(status)) throw error;
    throw new CallsignError(refusalProblems(manifest, status, live).map((problem) => maskedProblem(problem, secrets)));
  }
}

/** The metadata that the API server writes, and the record of `kubectl apply`. */
const SERVER_METADATA = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
]);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const STRICT = `fieldManager=${MANAGER}&fieldValidation=Strict&dryRun=All`;

interface DryRun extends Planning {
  readonly path: string;
  readonly manifest: Manifest;
  readonly body: KubeObject;
  readonly live: LiveObject | undefined;
}

/** The object as it would be. With force if other managers own fields and all of these may be taken. */
async function dryRun({
  api,
  path,
  manifest,
  body,
  live,
  take,
  freed,
  secrets,
}: DryRun): Promise<{ result: LiveObject; force: boolean }> {
  const send = (force: boolean) =>
    api.change('PATCH', `${path}?${STRICT}${force ? '&force=true' : ''}`, { type: 'apply', body });
  try {
    return { result: await send(false), force: false };
  } catch (error) {
    if (!(error instanceof ApiError) || !live) throw error;
    const conflicts = (error.status.details?.causes ?? []).filter(({ reason }) => reason === 'FieldManagerConflict');
    if (conflicts.length === 0) throw error;
    const owned = { take, freed: await freed };
    const refused = conflicts.filter((conflict) => !mayTake(manifest, conflict, owned));
    if (refused.length > 0)
      throw new CallsignError(
        conflictProblems(manifest, refused, body, live).map((problem) => maskedProblem(problem, secrets)),
      );
    return { result: await send(true), force: true };
  }
}

/**
 * Apply removes what `kubectl apply` wrote and the charts no longer contain. A dry run cannot show this, because the
 * fields become ours by a write. So the fields are removed here, and a dry run of the update adds the defaults.
 */
async function afterRemoval(api: ApiServer, path: string, live: LiveObject, result: LiveObject): Promise<LiveObject> {
  const before = fieldsOf(managersOf(live).filter(isKubectlApply));
  const kept = fieldsOf(managersOf(result).filter((entry) => !isKubectlApply(entry)));
  const body = withoutFields(result, before, kept) as LiveObject;
  return api.change('PUT', `${path}?dryRun=All&fieldManager=${MANAGER}`, {
    type: 'json',
    body: {
      ...body,
      metadata: { ...body.metadata, managedFields: undefined, resourceVersion: live.metadata.resourceVersion },
    },
  });
}

function masked(live: LiveObject, after: LiveObject, secrets: SecretValues): FieldChange[] {
  const values = isSecretObject(live) ? maskOf : (value: unknown) => secrets.maskedValue(value);
  return [...fieldsThatDiffer(withoutServerFields(live), withoutServerFields(after))].map(({ field, from, to }) => ({
    field,
    from: values(from),
    to: values(to),
  }));
}

function withoutServerFields(object: LiveObject): object {
  const { status: _, metadata, ...rest } = object;
  const { annotations = {}, ...others } = metadata;
  const kept = Object.fromEntries(Object.entries(others).filter(([key]) => !SERVER_METADATA.has(key)));
  const [notes, labels] = [
    Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED),
    Object.entries(metadata.labels ?? {}).filter(([key]) => key !== APPLY_SET.partOf),
  ].map((entries) => (entries.length > 0 ? Object.fromEntries(entries) : undefined));
  return { ...rest, metadata: { ...kept, annotations: notes, labels } };
}

/** Whether we own the same fields before and after. */
function sameFields(live: LiveObject, result: LiveObject): boolean {
  const [before, after] = [live, result].map((object) => JSON.stringify(fieldsOf(managersOf(object).filter(isOurs))));
  return before === after;
}

/** `stringData` as `data`, so that the API server and the diff see one form. */
function withEncodedData(object: KubeObject): KubeObject {
  if (!isSecretObject(object) || object.stringData === undefined) return object;
  const { stringData, data, ...rest } = object;
  const encoded = Object.entries(stringData as Record<string, string>).map(
    ([key, value]) => [key, Buffer.from(value).toString('base64')] as const,
  );
  return {
    ...rest,
    data: { ...(data as object | undefined), ...Object.fromEntries(encoded) },
  };
}

function labelled(object: KubeObject, partOf: string): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [APPLY_SET.partOf]: partOf } } };
}

function takenProblem({ object, path }: Manifest, release: string): Problem {
  return {
    code: 'release-taken',
    path,
    object: titleOf(object),
    message: 'The object belongs to another release.',
    got: `the label ${APPLY_SET.partOf}: ${release}`,
    fix: 'Rename the object, or remove the label if the other release no longer exists.',
  };
}

function withNumber(desired: KubeObject, { field, value }: { field: string; value: number }): KubeObject {
  return { ...desired, spec: { ...(desired.spec as object), [field]: value } };
}

function maskedProblem<P extends object>(problem: P, secrets: SecretValues): P {
  return secrets.maskedValue(problem) as P;
}
