import { ReleaseHistory } from '../../cluster/release/history';
import { CLUSTER_OPTIONS, withApp } from '../cluster';
import type { Command } from '../command';
import { printJson } from '../output';
import { releaseNameOf } from '../release';

export const history: Command = {
  usage: '[--context NAME] [--app FILE] [--env NAME] [--json]',
  summary: 'Lists the last releases: when they were applied, and whether they became ready.',
  options: CLUSTER_OPTIONS,
  words: 0,
  run(args, io) {
    return withApp(args, io, async ({ app, target }) => {
      const release = releaseNameOf(app);
      const entries = await new ReleaseHistory(target.api, release).entries();
      if (args.options.json) printJson(entries, io);
      else {
        io.out(`context ${target.context}, release ${release.name}\n`);
        if (entries.length === 0) io.out('no release was applied yet\n');
        for (const { number, time, status, environment } of entries)
          io.out(`${String(number).padStart(4)}  ${time}  ${status.padEnd(8)}  ${environment ?? ''}`.trimEnd() + '\n');
      }
      return 0;
    });
  },
};
