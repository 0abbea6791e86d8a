import { readFileSync } from 'node:fs';
import { planProblems } from '../../cluster/plan/plan-file';
import { unservedProblems } from '../../cluster/plan/plan';
import type { ObjectPlan } from '../../cluster/plan/object-plan';
import { rollOut, type Outcome } from '../../cluster/rollout/rollout';
import { graphOf } from '../../links/graph';
import { titleOf } from '../../k8s/objects';
import { CallsignError, type Problem } from '../../problems/problem';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printJson, printProblems } from '../output';
import { plannedOf, RELEASE_OPTIONS, RELEASE_USAGE, withRelease, type ReleasePlan } from '../release';
import { Progress } from '../reports/progress';
import { changesJson, changesText } from '../reports/changes';

export const apply: Command = {
  usage: `[--plan FILE] [--no-wait] ${RELEASE_USAGE}`,
  summary: 'Applies the charts to the cluster, deletes what left them, and waits until everything is ready.',
  options: {
    ...RELEASE_OPTIONS,
    'no-wait': { type: 'boolean', help: 'do not wait until everything is ready' },
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

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

async function write(release: ReleasePlan, { options }: Arguments, io: Io): Promise<number> {
  const { app, plans, deletions } = release;
  const say = (line: string) => options.json || io.out(`${line}\n`);
  if (!options.json) io.out(changesText(plans, deletions, io.terminal));
  const stop = new AbortController();
  const stopBecause = (reason: string) => () => {
    io.error(`Stopping: ${reason}.\n`);
    stop.abort();
  };
  const onSignal = stopBecause('the requests in flight end first');
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const progress = new Progress(io);
    const outcome = await rollOut(
      { ...release, graph: graphOf(app) },
      {
        waits: options['no-wait'] !== true,
        stop: stop.signal,
        onLost: stopBecause('another apply of this release took over'),
        onWritten: (plan) => say(`${pastOf(plan)} ${titleOf(plan.body)}`),
        onDeleted: (object) => say(`deleted ${titleOf(object)}`),
        onLook: (texts) => options.json || progress.show(texts),
      },
    );
    if (options.json) printJson({ objects: changesJson(plans, deletions), ...outcome }, io);
    else printOutcome(outcome, io, options['no-wait'] !== true);
    return outcome.notDone.length + outcome.blocked.length === 0 ? 0 : 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

function printOutcome({ done, notDone, blocked, silent, problems }: Outcome, io: Io, waits: boolean): void {
  if (notDone.length > 0) io.out(`${done.length} done, ${notDone.length} not done: ${notDone.join(', ')}\n`);
  else if (done.length > 0) io.out(`${done.length} done\n`);
  const failed = new Set(problems.map(({ object }) => object));
  for (const { object, needs } of blocked)
    if (!failed.has(object))
      io.out(`not ready: ${object}${needs.length > 0 ? `, which waits for ${needs.join(', ')}` : ''}\n`);
  if (silent.length > 0) io.out(`no status to wait for: ${silent.join(', ')}\n`);
  if (problems.length > 0) printProblems(problems, io);
  else if (waits && notDone.length + blocked.length === 0) io.out('everything is ready\n');
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
