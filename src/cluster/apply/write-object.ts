import { setTimeout as sleep } from 'node:timers/promises';
import { HAND_OVER_MANAGER, MANAGER } from '../../k8s/keys';
import { titleOf } from '../../k8s/objects';
import { CallsignError } from '../../problems/problem';
import { ApiError, type LiveObject } from '../connection/api-server';
import { afterTakeover, isKubectlApply, managersOf } from '../fields/managed-fields';
import { handOverBody } from '../plan/hand-over';
import type { ObjectPlan } from '../plan/object-plan';
import { unservedProblem } from '../plan/plan';
import { planObject, type Planning } from '../plan/plan-object';
import { forbiddenProblem, isForbidden, refusalProblems } from '../plan/refusals';

/** An object changes between the dry run and the write if a controller writes to it. Then it is planned again. */
const ATTEMPTS = 8;

/** The most seconds until the cluster serves a new kind. */
const SERVED_SECONDS = 30;

/** Writes one object. Each write names the version that was seen, so it never overwrites a change of somebody else. */
export async function writeObject(plan: ObjectPlan, planning: Planning): Promise<ObjectPlan> {
  let current = plan.path === undefined ? await onceServed(plan, planning) : plan;
  for (let attempt = 1; ; attempt++) {
    if (current.action === 'none') return current;
    try {
      await write(current, planning);
      return current;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (isForbidden(error.status)) throw new CallsignError([forbiddenProblem([error.status])]);
      if (!isOutdated(error) || attempt === ATTEMPTS)
        throw new CallsignError(
          refusalProblems(current.manifest, error.status, current.live).map((problem) => ({
            ...problem,
            message: planning.secrets.masked(problem.message),
          })),
        );
      current = await planObject(plan.manifest, planning);
    }
  }
}

/** The kind is new: its CustomResourceDefinition was written before, and takes effect after a moment. */
async function onceServed({ manifest }: ObjectPlan, planning: Planning): Promise<ObjectPlan> {
  for (let attempt = 1; ; attempt++) {
    await planning.kinds.refresh();
    if (planning.kinds.pathOf(manifest.object) !== undefined) return planObject(manifest, planning);
    if (attempt === SERVED_SECONDS) throw new CallsignError([unservedProblem(manifest)]);
    await sleep(1_000);
  }
}

async function write({ path, body, live, takesOver, handsOver, force }: ObjectPlan, { api }: Planning): Promise<void> {
  if (path === undefined) throw new Error(`${titleOf(body)} has no path in the API`);
  let seen = live;
  // A new object gets its managers with the write.
  if (seen && takesOver && managersOf(seen).some(isKubectlApply)) {
    seen = await api.change('PATCH', `${path}?fieldManager=${MANAGER}`, {
      type: 'json-patch',
      body: [
        { op: 'replace', path: '/metadata/managedFields', value: afterTakeover(seen) },
        { op: 'replace', path: '/metadata/resourceVersion', value: seen.metadata.resourceVersion },
      ],
    });
  }
  if (seen && handsOver) {
    seen = await api.change('PATCH', `${path}?fieldManager=${HAND_OVER_MANAGER}&force=true`, {
      type: 'apply',
      body: handOverBody(body, handsOver, seen.metadata.resourceVersion),
    });
  }
  await api.change('PATCH', `${path}?fieldManager=${MANAGER}&fieldValidation=Strict${force ? '&force=true' : ''}`, {
    type: 'apply',
    body: seen ? withVersion(body, seen) : body,
  });
}

function withVersion(body: ObjectPlan['body'], { metadata: { resourceVersion } }: LiveObject): object {
  return { ...body, metadata: { ...body.metadata, resourceVersion } };
}

/** The object changed after it was read. A conflict with another manager has causes. */
function isOutdated({ status }: ApiError): boolean {
  return status.code === 409 && (status.details?.causes ?? []).length === 0;
}
