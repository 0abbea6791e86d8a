import { createHash, randomBytes, scryptSync } from 'node:crypto';
import type { FieldChange } from '../../changes/differences';
import { identityOf, titleOf } from '../../k8s/objects';
import { cutBoth } from '../../basics/text';
import type { Problem } from '../../problems/problem';
import { isSecretObject, maskOf, type SecretValues } from '../fields/secret-values';
import type { Deletion } from '../prune/deletions';
import type { ObjectPlan } from './object-plan';

const FORMAT = 1;
const LONGEST_SUMMARY = 200;

/** A plan as `--save` writes it. It contains no value of a Secret. */
export interface SavedPlan {
  readonly format: typeof FORMAT;
  readonly context: string;
  /** The uid of the namespace `kube-system`: it names the cluster. */
  readonly cluster: string;
  readonly environment?: string;
  /** A hash of the manifests, without the values of Secrets. */
  readonly manifests: string;
  /** A slow, salted hash of the values of Secrets. */
  readonly secrets: string;
  readonly objects: readonly SavedObject[];
}

interface SavedObject {
  readonly object: string;
  readonly action: ObjectPlan['action'] | 'delete';
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly changes?: readonly FieldChange[];
}

export interface Planned {
  readonly context: string;
  readonly cluster: string;
  readonly environment: string | undefined;
  readonly plans: readonly ObjectPlan[];
  readonly deletions: readonly Deletion[];
  readonly secrets: SecretValues;
}

export function savedPlan(planned: Planned, salt = randomBytes(16)): SavedPlan {
  const { context, cluster, environment, plans, deletions, secrets } = planned;
  return {
    format: FORMAT,
    context,
    cluster,
    ...(environment !== undefined && { environment }),
    manifests: createHash('sha256')
      .update(JSON.stringify(plans.map(maskedBody)))
      .digest('hex'),
    secrets: `${salt.toString('hex')}:${scryptSync(JSON.stringify(valuesOf(plans)), salt, 32).toString('hex')}`,
    objects: [
      ...plans
        .filter(({ action }) => action !== 'none')
        .map(({ body, action, live, changes }) => ({
          object: titleOf(body),
          action,
          ...(live && { uid: live.metadata.uid, resourceVersion: live.metadata.resourceVersion }),
          ...(changes.length > 0 && { changes: secrets.maskedValue(changes) as FieldChange[] }),
        })),
      ...deletions
        .filter(({ needs }) => needs === undefined)
        .map(({ member }) => ({
          object: titleOf(member),
          action: 'delete' as const,
          uid: member.metadata.uid,
          resourceVersion: member.metadata.resourceVersion,
        })),
    ],
  };
}

/** What differs between a saved plan and the plan of now. Empty if apply would do exactly what was saved. */
export function planProblems(saved: unknown, now: Planned): Problem[] {
  if ((saved as Partial<SavedPlan> | null)?.format !== FORMAT)
    return [problem('This is not a plan that this version of callsign saved.', { expected: `"format": ${FORMAT}` })];
  const plan = saved as SavedPlan;
  if (plan.cluster !== now.cluster)
    return [
      problem('The plan is for another cluster.', {
        expected: `the cluster of the context ${plan.context}`,
        got: `the context ${now.context}`,
      }),
    ];
  if (plan.environment !== now.environment)
    return [
      problem('The plan is for another environment.', {
        expected: plan.environment ?? 'no environment',
        got: now.environment ?? 'no environment',
      }),
    ];
  const current = savedPlan(now, Buffer.from(plan.secrets.split(':')[0]!, 'hex'));
  if (plan.manifests !== current.manifests) return [problem('The charts changed after the plan was saved.')];
  if (plan.secrets !== current.secrets)
    return [problem('The value of a Secret in the charts changed after the plan was saved.')];
  const [before, after] = [plan, current].map(
    ({ objects }) => new Map(objects.map((object) => [object.object, object])),
  );
  return [...new Set([...before!.keys(), ...after!.keys()])].flatMap((object) => {
    const [was, is] = [before!.get(object), after!.get(object)];
    // A controller may have written the status in between. The uid, the action and each value must be the same.
    if (textOf(was) === textOf(is)) return [];
    const [expected, got] = cutBoth(summary(was), summary(is), LONGEST_SUMMARY);
    return [
      {
        ...problem('The cluster changed after the plan was saved.', { expected, got }),
        object,
      },
    ];
  });
}

function problem(message: string, more: Pick<Problem, 'expected' | 'got'> = {}): Problem {
  return {
    code: 'plan-outdated',
    message,
    ...more,
    fix: 'Save the plan again and review it: callsign diff --save FILE.',
  };
}

function textOf(object: SavedObject | undefined): string {
  // The values of a Secret are masked, so only its version shows a change.
  return JSON.stringify(
    object?.object.startsWith('Secret ') ? object : object && { ...object, resourceVersion: undefined },
  );
}

function summary(object: SavedObject | undefined): string {
  if (!object) return 'no difference';
  const text = (value: unknown) => (value === undefined ? 'not set' : JSON.stringify(value));
  const fields = (object.changes ?? []).map(({ field, from, to }) => `${field}: ${text(from)} → ${text(to)}`);
  return [object.action, ...fields].join(', ');
}

function maskedBody({ body }: ObjectPlan): object {
  if (!isSecretObject(body)) return [identityOf(body), body];
  const keys = Object.keys(body.data ?? {}).map((key) => [key, maskOf('')]);
  return [identityOf(body), { ...body, data: Object.fromEntries(keys) as object }];
}

function valuesOf(plans: readonly ObjectPlan[]): unknown[] {
  return plans.filter(({ body }) => isSecretObject(body)).map(({ body }) => [identityOf(body), body.data]);
}
