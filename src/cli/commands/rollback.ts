import { isComplete } from '../../cluster/rollout/rollout';
import { withApp } from '../cluster';
import { UsageError, type Command } from '../command';
import { printJson } from '../output';
import { RELEASE_OPTIONS, RELEASE_USAGE } from '../release';
import { rollBack } from '../roll-back';

export const rollback: Command = {
  usage: `[NUMBER] ${RELEASE_USAGE}`,
  summary: 'Applies an earlier release again: the given one, or the last one before that became ready.',
  options: RELEASE_OPTIONS,
  words: 1,
  run(args, io) {
    const [number] = args.words;
    if (number !== undefined && !/^[1-9]\d*$/.test(number))
      throw new UsageError(`${JSON.stringify(number)} is not the number of a release. List them: callsign history.`);
    return withApp(args, io, async (app) => {
      const { outcome, json } = await rollBack(app, args, io, number === undefined ? undefined : Number(number));
      if (args.options.json) printJson(json, io);
      return isComplete(outcome) ? 0 : 1;
    });
  },
};
