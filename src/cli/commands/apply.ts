import { readFileSync } from 'node:fs';
import { planProblems } from '../../cluster/plan/plan-file';
import { dataProblems, unservedProblems } from '../../cluster/plan/plan';
import type { ObjectPlan } from '../../cluster/plan/object-plan';
import { rollOut } from '../../cluster/rollout/rollout';
import { graphOf } from '../../links/graph';
import { titleOf } from '../../k8s/objects';
import { CallsignError, type Problem } from '../../problems/problem';
import { buildImages } from '../build-images';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printJson } from '../output';
import { plannedOf, RELEASE_OPTIONS, RELEASE_USAGE, withRelease, type ReleasePlan } from '../release';
import { printWaited, Progress } from '../reports/progress';
import { stopOnSignal } from '../signals';
import { changesJson, changesText } from '../reports/changes';

export const apply: Command = {
  usage: `[--build] [--plan FILE] [--no-wait] ${RELEASE_USAGE}`,
  summary: 'Applies the charts to the cluster, deletes what left them, and waits until everything is ready.',
  options: {
    ...RELEASE_OPTIONS,
    build: { type: 'boolean', help: 'first build the images that changed, and push them or load them into kind' },
    'no-wait': { type: 'boolean', help: 'do not wait until everything is ready' },
    plan: { type: 'string', help: 'apply exactly the plan that diff --save wrote, or nothing' },
  },
  words: 0,
  async run(args, io) {
    if (args.options.build) await buildImages(args, io);
    const saved = savedPlanOf(args.options);
    return withRelease(args, io, async (release) => {
      const { plans } = release;
      const problems: Problem[] = [...unservedProblems(plans), ...dataProblems(plans)];
      if (saved !== undefined) problems.push(...planProblems(saved.plan, await plannedOf(release)));
      if (problems.length > 0) throw new CallsignError(problems);
      return write(release, args, io);
    });
  },
};

async function write(release: ReleasePlan, { options }: Arguments, io: Io): Promise<number> {
  const { app, plans, deletions } = release;
  const say = (line: string) => options.json || io.out(`${line}\n`);
  if (!options.json) io.out(changesText(plans, deletions, io.terminal));
  const progress = new Progress(io);
  const waits = options['no-wait'] !== true;
  return stopOnSignal(io, async (stop) => {
    const outcome = await rollOut(
      { ...release, graph: graphOf(app) },
      {
        waits,
        stop: stop.signal,
        onLost: () => {
          io.error('Stopping: another apply of this release took over.\n');
          stop.abort();
        },
        onWritten: (plan) => say(`${pastOf(plan)} ${titleOf(plan.body)}`),
        onDeleted: (object) => say(`deleted ${titleOf(object)}`),
        onLook: (texts) => options.json || progress.show(texts),
      },
    );
    const { done, notDone, blocked, problems } = outcome;
    if (options.json) printJson({ objects: changesJson(plans, deletions), ...outcome }, io);
    else {
      if (notDone.length > 0) say(`${done.length} done, ${notDone.length} not done: ${notDone.join(', ')}`);
      else if (done.length > 0) say(`${done.length} done`);
      if ((waits && notDone.length === 0) || blocked.length + problems.length > 0) printWaited(outcome, io);
    }
    return notDone.length + blocked.length === 0 ? 0 : 1;
  });
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
