import { readFileSync } from 'node:fs';
import { dataProblems, unservedProblems } from '../../cluster/plan/plan';
import { planProblems } from '../../cluster/plan/plan-file';
import { isComplete } from '../../cluster/rollout/rollout';
import { CallsignError, type Problem } from '../../problems/problem';
import { buildImages } from '../build-images';
import { UsageError, type Arguments, type Command } from '../command';
import { printJson } from '../output';
import { plannedOf, RELEASE_OPTIONS, RELEASE_USAGE, withRelease } from '../release';
import { rollBack } from '../roll-back';
import { runRollout } from '../run-rollout';

export const apply: Command = {
  usage: `[--build] [--plan FILE] [--no-wait] [--rollback-on-failure] ${RELEASE_USAGE}`,
  summary: 'Applies the charts to the cluster, deletes what left them, and waits until everything is ready.',
  options: {
    ...RELEASE_OPTIONS,
    build: { type: 'boolean', help: 'first build the images that changed, and push them or load them into kind' },
    'rollback-on-failure': {
      type: 'boolean',
      help: 'if something does not become ready, apply the last release that did',
    },
    'no-wait': { type: 'boolean', help: 'do not wait until everything is ready' },
    plan: { type: 'string', help: 'apply exactly the plan that diff --save wrote, or nothing' },
  },
  words: 0,
  async run(args, io) {
    if (args.options.build) await buildImages(args, io);
    const { options } = args;
    if (options['rollback-on-failure'] && options['no-wait'])
      throw new UsageError('--rollback-on-failure and --no-wait exclude each other. Use one of them.');
    const saved = savedPlanOf(options);
    return withRelease(args, io, async (release) => {
      const { plans } = release;
      const problems: Problem[] = [...unservedProblems(plans), ...dataProblems(plans)];
      if (saved !== undefined) problems.push(...planProblems(saved.plan, await plannedOf(release)));
      if (problems.length > 0) throw new CallsignError(problems);
      const { outcome, json } = await runRollout(release, args, io);
      // Ctrl-C leaves the rollout incomplete without a problem.
      const rolledBack =
        options['rollback-on-failure'] && outcome.problems.length > 0 ? await rollBack(release, args, io) : undefined;
      if (options.json) printJson({ ...json, ...(rolledBack && { rolledBack: rolledBack.json }) }, io);
      return isComplete(outcome) ? 0 : 1;
    });
  },
};

function savedPlanOf({ plan }: Arguments['options']): { readonly plan: unknown } | undefined {
  if (plan === undefined) return undefined;
  const text = readFileSync(String(plan), 'utf8');
  try {
    return { plan: JSON.parse(text) as unknown };
  } catch {
    throw new UsageError(`${String(plan)} is not JSON. Expected: a plan that callsign diff --save wrote.`);
  }
}
