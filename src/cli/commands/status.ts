import { setTimeout as sleep } from 'node:timers/promises';
import { Kinds } from '../../cluster/connection/kinds';
import { chosenWorkloads, workloadsOf } from '../../cluster/operate/parts';
import { statusOf } from '../../cluster/operate/status';
import { graphOf } from '../../links/graph';
import { CLUSTER_OPTIONS, withCluster } from '../cluster';
import { UsageError, type Command } from '../command';
import { printJson } from '../output';
import { statusText } from '../reports/status';
import { stopOnSignal } from '../signals';

const WATCH_MS = 2_000;
/** Clears a terminal. */
const CLEAR = '\u001B[H\u001B[2J';

export const status: Command = {
  usage: '[PART…] [--watch] [--context NAME] [--app FILE] [--env NAME] [--json]',
  summary:
    'Shows what runs: replicas, images, restarts, nodes, and what is not ready. Exits with 1 if something is not.',
  options: { ...CLUSTER_OPTIONS, watch: { type: 'boolean', help: 'show it again every 2 seconds, until Ctrl-C' } },
  words: Infinity,
  run(args, io) {
    const { options, words } = args;
    return withCluster(args, io, async ({ app, manifests, target: { api } }) => {
      const { chosen, wrong } = chosenWorkloads(workloadsOf(manifests), words);
      if (wrong !== undefined) throw new UsageError(wrong);
      const cluster = { api, kinds: await Kinds.of(api), environment: io.environment };
      const graph = graphOf(app);
      const show = async (): Promise<number> => {
        const now = await statusOf(chosen, manifests, graph, cluster);
        if (options.json) printJson(now, io);
        else io.out(`${options.watch && io.terminal ? CLEAR : ''}${statusText(now, io.terminal)}`);
        return now.workloads.every(({ reason }) => reason === undefined) ? 0 : 1;
      };
      if (!options.watch) return show();
      return stopOnSignal(io, async ({ signal }) => {
        let code = await show();
        while (!signal.aborted) {
          await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
          if (!signal.aborted) code = await show();
        }
        return code;
      });
    });
  },
};
