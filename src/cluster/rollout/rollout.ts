import type { Graph } from '../../links/graph';
import { titleOf, type KubeObject, type Manifest } from '../../k8s/objects';
import type { Problem } from '../../problems/problem';
import { applyAll } from '../apply/apply-all';
import { inOrder } from '../apply/order';
import type { ObjectPlan } from '../plan/object-plan';
import type { Planning } from '../plan/plan-object';
import { deleteObjects } from '../prune/delete-objects';
import { adoptAll, type Deletion } from '../prune/deletions';
import { extentOf, union, type ApplySet } from '../release/apply-set';
import type { ReleaseHistory } from '../release/history';
import { ReleaseLock } from '../release/lease';
import type { ReleasedObject } from '../release/members';
import { waitUntilReady, type Waited } from '../wait/wait';

/** What is applied. */
export interface Rollout {
  readonly plans: readonly ObjectPlan[];
  readonly deletions: readonly Deletion[];
  readonly set: ApplySet;
  readonly graph: Graph;
  readonly planning: Planning;
  readonly history: ReleaseHistory;
  readonly environment: string | undefined;
}

/** How it is reported, and how it is stopped. */
export interface RolloutOptions {
  readonly waits: boolean;
  readonly stop: AbortSignal;
  /** Another apply of this release took the lock. */
  readonly onLost: () => void;
  readonly onWritten: (plan: ObjectPlan) => void;
  readonly onDeleted: (object: ReleasedObject) => void;
  readonly onLook: (texts: ReadonlyMap<string, string>) => void;
}

/** What was done. */
export interface Outcome {
  readonly done: readonly string[];
  readonly notDone: readonly string[];
  readonly blocked: Waited['blocked'];
  readonly silent: readonly string[];
  readonly problems: readonly Problem[];
}

const NOTHING: Outcome = { done: [], notDone: [], blocked: [], silent: [], problems: [] };

/**
 * Writes what differs, waits until everything is ready, and then deletes what left the charts. The record of the
 * release first covers the old and the new objects. So if this process ends at any point, the next run finds all.
 */
export async function rollOut(rollout: Rollout, options: RolloutOptions): Promise<Outcome> {
  const { plans, deletions, set, planning, history } = rollout;
  const extent = extentOf([...plans.map(({ body }) => body), ...membersOf(deletions, false)]);
  const isSame = plans.every(({ action }) => action === 'none') && deletions.every(({ needs }) => needs !== undefined);
  if (isSame && set.isRecorded(extent)) return { ...NOTHING, ...(await ready(rollout, options)) };
  const lock = await ReleaseLock.take(planning.api, set.release, options.onLost);
  try {
    await set.record(set.extent ? union(set.extent, extent) : extent);
    const objects = plans.map(({ manifest }) => manifest.object);
    const number = await history.begin({ objects, graph: rollout.graph }, rollout.environment);
    const outcome = await writeAndDelete(rollout, options);
    if (outcome.notDone.length === 0) await set.record(extent);
    await history.end(number, isComplete(outcome) ? 'ready' : 'failed');
    return outcome;
  } finally {
    await lock.free();
  }
}

/** Whether everything was written, became ready, and was deleted. */
export function isComplete({ notDone, blocked }: Pick<Outcome, 'notDone' | 'blocked'>): boolean {
  return notDone.length + blocked.length === 0;
}

async function writeAndDelete(rollout: Rollout, options: RolloutOptions): Promise<Outcome> {
  const { plans, deletions, graph, planning } = rollout;
  const { stop, onWritten } = options;
  const due = plans.filter(({ action }) => action !== 'none');
  const later = deletions.filter(({ frees }) => frees === undefined);
  const leaving = titlesOf(membersOf(later, true));

  // An autoscaler would change the number again that the charts set now.
  const autoscalers = deletions.filter(({ frees }) => frees !== undefined).map(({ member }) => member);
  const first = await deleteMembers(autoscalers, planning, options);
  if (first.notDone.length > 0)
    return { ...NOTHING, ...first, notDone: [...first.notDone, ...titlesOf(due.map(({ body }) => body)), ...leaving] };
  const applied = await applyAll(inOrder(due, graph), { ...planning, stop, onWritten });
  const done = [...first.done, ...titlesOf(applied.done.map(({ body }) => body))];
  const notDone = [...titlesOf(applied.notDone.map(({ body }) => body)), ...leaving];
  if (applied.notDone.length > 0) return { ...NOTHING, done, notDone, problems: applied.problems };

  // If the new objects do not become ready, the old ones may still be needed.
  const waited = await ready(rollout, options);
  if (waited.blocked.length > 0) return { ...NOTHING, ...waited, done, notDone };
  // Adopted first, so that a later apply finds what stays.
  const last = await deleteMembers(membersOf(await adoptAll(later, planning), true), planning, options);
  return { ...waited, ...last, done: [...done, ...last.done] };
}

async function deleteMembers(
  members: readonly ReleasedObject[],
  planning: Planning,
  { stop, onDeleted }: RolloutOptions,
): Promise<Pick<Outcome, 'done' | 'notDone' | 'problems'>> {
  const { left, problems } = await deleteObjects(members, { ...planning, stop, onDeleted });
  const deleted = members.filter((object) => !left.includes(object));
  return { done: titlesOf(deleted), notDone: titlesOf(left), problems };
}

async function ready({ plans, graph, planning }: Rollout, { waits, stop, onLook }: RolloutOptions): Promise<Waited> {
  const manifests = plans.map(({ manifest }): Manifest => manifest);
  if (!waits || stop.aborted) return { problems: [], blocked: [], silent: [] };
  return waitUntilReady(manifests, { ...planning, graph, stop, onLook });
}

function membersOf(deletions: readonly Deletion[], isDeleted: boolean): ReleasedObject[] {
  return deletions.filter(({ needs }) => (needs === undefined) === isDeleted).map(({ member }) => member);
}

function titlesOf(objects: readonly KubeObject[]): string[] {
  return objects.map(titleOf);
}
