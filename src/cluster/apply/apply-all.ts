import { CallsignError, type Problem } from '../../problems/problem';
import { atOnce } from '../../basics/at-once';
import { AT_ONCE } from '../plan/plan';
import type { ObjectPlan } from '../plan/object-plan';
import type { Planning } from '../plan/plan-object';
import { writeObject } from './write-object';

/** What apply did. */
export interface Applied {
  readonly done: readonly ObjectPlan[];
  /** In the order of apply. */
  readonly notDone: readonly ObjectPlan[];
  readonly problems: readonly Problem[];
}

interface Applying extends Planning {
  /** Writes in flight end; no new write starts. */
  readonly stop: AbortSignal;
  readonly onWritten: (plan: ObjectPlan) => void;
}

/** Writes group after group, and the objects of a group at the same time. After an error, no new write starts. */
export async function applyAll(groups: readonly (readonly ObjectPlan[])[], applying: Applying): Promise<Applied> {
  const [done, problems] = [new Set<ObjectPlan>(), [] as Problem[]];
  for (const group of groups) {
    await atOnce(group, AT_ONCE, async (plan) => {
      if (problems.length > 0 || applying.stop.aborted) return;
      try {
        const written = await writeObject(plan, applying);
        done.add(plan);
        if (written.action !== 'none') applying.onWritten(written);
      } catch (error) {
        if (!(error instanceof CallsignError)) throw error;
        problems.push(...error.problems);
      }
    });
  }
  const all = groups.flat();
  return { done: all.filter((plan) => done.has(plan)), notDone: all.filter((plan) => !done.has(plan)), problems };
}
