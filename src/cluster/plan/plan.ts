import { databasesOf, dataChanges } from '../../changes/data';
import { changeProblem } from '../../changes/in-place';
import { titleOf, type KubeObject, type Manifest } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { CallsignError, EnvironmentError, type Problem } from '../../problems/problem';
import { ApiError, type Status } from '../connection/api-server';
import { atOnce } from '../../basics/at-once';
import type { ObjectPlan } from './object-plan';
import { planObject, type Planning } from './plan-object';
import { forbiddenProblem, isForbidden } from './refusals';

/** More requests at the same time do not make the API server faster. */
export const AT_ONCE = 16;

/** What apply does with each object, in the order of the manifests. Throws all problems. */
export async function planAll(manifests: readonly Manifest[], planning: Planning): Promise<ObjectPlan[]> {
  const [problems, forbidden] = [[] as Problem[], [] as Status[]];
  const plans = await atOnce(manifests, AT_ONCE, async (manifest) => {
    try {
      return await planObject(manifest, planning);
    } catch (error) {
      if (error instanceof ApiError && isForbidden(error.status)) forbidden.push(error.status);
      // An unreachable cluster is one problem, not one per object.
      else if (error instanceof CallsignError && !(error instanceof EnvironmentError)) problems.push(...error.problems);
      else throw error;
      return undefined;
    }
  });
  if (forbidden.length > 0) throw new EnvironmentError([forbiddenProblem(forbidden)]);
  if (problems.length > 0) {
    const order = new Map(manifests.map(({ object }, i) => [titleOf(object), i]));
    throw new CallsignError(problems.toSorted((a, b) => order.get(a.object!)! - order.get(b.object!)!));
  }
  return plans.filter((plan) => plan !== undefined);
}

/** The objects whose kind the cluster does not serve, and that no CustomResourceDefinition of the charts adds. */
export function unservedProblems(plans: readonly ObjectPlan[]): Problem[] {
  const added = new Set(
    plans
      .map(({ body }) => body)
      .filter(({ kind }) => kind === 'CustomResourceDefinition')
      .map(kindOf),
  );
  return plans
    .filter(({ path, body }) => path === undefined && !added.has(`${body.apiVersion.split('/')[0]} ${body.kind}`))
    .map(({ manifest }) => unservedProblem(manifest));
}

export function unservedProblem(manifest: Manifest): Problem {
  const { object, path } = manifest;
  return {
    code: 'kind-not-served',
    path,
    object: titleOf(object),
    place: manifest.place(['kind']),
    message: `The cluster does not serve the kind ${object.kind} of ${object.apiVersion}.`,
    fix: 'Install the operator or the CustomResourceDefinition of this kind first.',
  };
}

function kindOf({ spec }: KubeObject): string {
  const { group, names } = (spec ?? {}) as { group?: string; names?: { kind?: string } };
  return `${group} ${names?.kind}`;
}

/** The changes after which a database cannot read its data. The API server accepts them. */
export function dataProblems(plans: readonly ObjectPlan[]): Problem[] {
  return plans.flatMap(({ manifest, body, live }) => {
    if (!live || databasesOf([live]).size === 0 || databasesOf([body]).size === 0) return [];
    return [...dataChanges(live, body)].map((change) => changeProblem('data-unreadable', manifest, change, change.fix));
  });
}

/** The fields of `--take` that name no object. */
export function unknownTakes(take: Iterable<string>, references: readonly string[]): Problem[] {
  return [...take].flatMap((text) => {
    const reference = text.split(':')[0]!;
    if (references.includes(reference)) return [];
    const guess = nearest(reference, references);
    return [
      {
        code: 'field-owned',
        message: `--take ${text} names no object of the charts.`,
        expected: 'KIND/NAME:FIELD, such as deployment/web:spec.replicas',
        fix: guess ? `Write ${guess}.` : 'Copy the value from the message about the conflict.',
      } satisfies Problem,
    ];
  });
}
