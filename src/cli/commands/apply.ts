import { readFileSync } from 'node:fs';
import { applyAll } from '../../cluster/apply/apply-all';
import { inOrder } from '../../cluster/apply/order';
import { planProblems } from '../../cluster/plan/plan-file';
import { unservedProblems } from '../../cluster/plan/plan';
import type { ObjectPlan } from '../../cluster/plan/object-plan';
import { graphOf } from '../../links/graph';
import { titleOf } from '../../k8s/objects';
import { CallsignError, type Problem } from '../../problems/problem';
import { count } from '../../basics/text';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { printJson, printProblems } from '../output';
import { plannedOf, RELEASE_OPTIONS, withRelease, type ReleasePlan } from '../release';
import { changesJson, changesText } from '../reports/changes';

export const apply: Command = {
  usage: '[--plan FILE] [--take KIND/NAME:FIELD] [--context NAME] [--app FILE] [--env NAME] [--json]',
  summary: 'Applies the charts to the cluster. Writes only what differs.',
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

async function write({ app, plans, planning }: ReleasePlan, { options }: Arguments, io: Io): Promise<number> {
  if (!options.json) io.out(changesText(plans, io.terminal));
  const due = plans.filter(({ action }) => action !== 'none');
  const stop = new AbortController();
  const onSignal = () => {
    io.error('Stopping: the writes in flight end first.\n');
    stop.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const { done, notDone, problems } = await applyAll(inOrder(due, graphOf(app)), {
      ...planning,
      stop: stop.signal,
      onWritten: (plan) => options.json || io.out(`${pastOf(plan)} ${titleOf(plan.body)}\n`),
    });
    if (options.json) printJson({ objects: changesJson(done), notDone: notDone.map(titleOfPlan), problems }, io);
    else if (due.length > 0)
      io.out(`${count(done.length, 'object')} written${notDone.length > 0 ? `, ${notDone.length} not written` : ''}\n`);
    if (notDone.length === 0) return 0;
    if (!options.json) {
      io.out(`not written: ${notDone.map(titleOfPlan).join(', ')}\n`);
      if (problems.length > 0) printProblems(problems, io);
    }
    return 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function savedPlanOf({ plan }: Arguments['options']): { readonly plan: unknown } | undefined {
  if (plan === undefined) return undefined;
  const text = readFileSync(String(plan), 'utf8');
  try {
    return { plan: JSON.parse(text) as unknown };
  } catch {
    throw new UsageError(`${String(plan)} is not JSON. Expected: a plan that callsign diff --save wrote.`);
  }
}

function pastOf({ action }: ObjectPlan): string {
  return action === 'create' ? 'created' : action === 'change' ? 'changed' : 'took over';
}

function titleOfPlan({ body }: ObjectPlan): string {
  return titleOf(body);
}
