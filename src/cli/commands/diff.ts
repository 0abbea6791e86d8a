import { writeFileSync } from 'node:fs';
import { savedPlan } from '../../cluster/plan/plan-file';
import type { Command } from '../command';
import { printJson } from '../output';
import { plannedOf, RELEASE_OPTIONS, RELEASE_USAGE, withRelease } from '../release';
import { changesJson, changesText } from '../reports/changes';

export const diff: Command = {
  usage: `[--save FILE] ${RELEASE_USAGE}`,
  summary: 'Shows what apply would change in the cluster. Exits with 1 if there is a difference.',
  options: {
    ...RELEASE_OPTIONS,
    save: { type: 'string', help: 'write the plan to this file, for apply --plan; it contains no value of a Secret' },
  },
  words: 0,
  run(args, io) {
    const { options } = args;
    return withRelease(args, io, async (release) => {
      const { plans, deletions } = release;
      if (options.save !== undefined)
        writeFileSync(String(options.save), `${JSON.stringify(savedPlan(await plannedOf(release)), undefined, 2)}\n`);
      if (options.json)
        printJson(
          { objects: changesJson(plans, deletions), unchanged: plans.filter(({ action }) => action === 'none').length },
          io,
        );
      else io.out(changesText(plans, deletions, io.terminal));
      return plans.every(({ action }) => action === 'none') && deletions.every(({ needs }) => needs !== undefined)
        ? 0
        : 1;
    });
  },
};
