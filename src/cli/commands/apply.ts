import { readFileSync } from 'node:fs';
import { applyAll } from '../../cluster/apply/apply-all';
import { inOrder } from '../../cluster/apply/order';
import { planProblems } from '../../cluster/plan/plan-file';
import { unservedProblems } from '../../cluster/plan/plan';
import { deleteObjects } from '../../cluster/prune/delete-objects';
import { extentOf, union } from '../../cluster/release/apply-set';
import { ReleaseLock } from '../../cluster/release/lease';
import type { ObjectPlan } from '../../cluster/plan/object-plan';
import { graphOf } from '../../links/graph';
import { titleOf, type KubeObject } from '../../k8s/objects';
import { CallsignError, type Problem } from '../../problems/problem';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printJson, printProblems } from '../output';
import { plannedOf, RELEASE_OPTIONS, RELEASE_USAGE, withRelease, type ReleasePlan } from '../release';
import { changesJson, changesText } from '../reports/changes';

export const apply: Command = {
  usage: `[--plan FILE] ${RELEASE_USAGE}`,
  summary: 'Applies the charts to the cluster. Writes only what differs, and deletes what left the charts.',
  options: {
    ...RELEASE_OPTIONS,
    plan: { type: 'string', help: 'apply exactly the plan that diff --save wrote, or nothing' },
  },
  words: 0,
  run(args, io) {
    const saved = savedPlanOf(args.options);
    return withRelease(args, io, async (release) => {
      const { plans } = release;
      const problems: Problem[] = unservedProblems(plans);
      if (saved !== undefined) problems.push(...planProblems(saved.plan, await plannedOf(release)));
      if (problems.length > 0) throw new CallsignError(problems);
      return write(release, args, io);
    });
  },
};

/** What a run did, and what it did not do. */
interface Outcome {
  readonly done: readonly KubeObject[];
  readonly notDone: readonly KubeObject[];
  readonly problems: readonly Problem[];
}

async function write(release: ReleasePlan, { options }: Arguments, io: Io): Promise<number> {
  const { plans, deletions, set, planning } = release;
  const say = (line: string) => options.json || io.out(`${line}\n`);
  if (!options.json) io.out(changesText(plans, deletions, io.terminal));
  const kept = deletions.filter(({ needs }) => needs !== undefined).map(({ member }) => member);
  const extent = extentOf([...plans.map(({ body }) => body), ...kept]);
  const isDone = plans.every(({ action }) => action === 'none') && deletions.length === kept.length;
  if (isDone && set.isRecorded(extent)) {
    if (options.json) printJson({ objects: changesJson(plans, deletions), notDone: [], problems: [] }, io);
    return 0;
  }
  const stop = new AbortController();
  const onSignal = () => {
    io.error('Stopping: the requests in flight end first.\n');
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const lock = await ReleaseLock.take(planning.api, set.release, () => {
      io.error('Stopping: another apply of this release took over.\n');
      stop.abort();
    });
    try {
      // The record first covers the old and the new objects. If this process ends at any point, the next run finds all.
      await set.record(set.extent ? union(set.extent, extent) : extent);
      const { done, notDone, problems } = await writeAndDelete(release, stop.signal, say);
      if (notDone.length === 0) await set.record(extent);
      if (options.json)
        printJson({ objects: changesJson(plans, deletions), notDone: notDone.map(titleOf), problems }, io);
      else {
        say(
          `${done.length} done${notDone.length > 0 ? `, ${notDone.length} not done: ${notDone.map(titleOf).join(', ')}` : ''}`,
        );
        if (problems.length > 0) printProblems(problems, io);
      }
      return notDone.length === 0 ? 0 : 1;
    } finally {
      await lock.free();
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Deletes only after everything was written. */
async function writeAndDelete(
  { app, plans, deletions, planning }: ReleasePlan,
  stop: AbortSignal,
  say: (line: string) => unknown,
): Promise<Outcome> {
  const due = plans.filter(({ action }) => action !== 'none');
  const members = deletions.filter(({ needs }) => needs === undefined).map(({ member }) => member);
  const applied = await applyAll(inOrder(due, graphOf(app)), {
    ...planning,
    stop,
    onWritten: (plan) => say(`${pastOf(plan)} ${titleOf(plan.body)}`),
  });
  const [done, notDone] = [applied.done, applied.notDone].map((list) => list.map(({ body }) => body)) as [
    KubeObject[],
    KubeObject[],
  ];
  if (notDone.length > 0) return { done, notDone: [...notDone, ...members], problems: applied.problems };
  const { left, problems } = await deleteObjects(members, {
    ...planning,
    stop,
    onDeleted: (member) => say(`deleted ${titleOf(member)}`),
  });
  return { done: [...done, ...members.filter((member) => !left.includes(member))], notDone: left, problems };
}

function savedPlanOf({ plan }: Arguments['options']): { readonly plan: unknown } | undefined {
  if (plan === undefined) return undefined;
  const text = readFileSync(String(plan), 'utf8');
  try {
    return { plan: JSON.parse(text) as unknown };
  } catch {
    throw new UsageError(`${String(plan)} is not JSON. Expected: a plan that callsign diff --save wrote.`);
  }
}

function pastOf({ action, takesOver }: ObjectPlan): string {
  if (action === 'create') return 'created';
  if (action === 'change') return 'changed';
  return takesOver ? 'took over' : 'added to the release:';
}
