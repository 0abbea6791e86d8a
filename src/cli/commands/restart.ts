import { Kinds } from '../../cluster/connection/kinds';
import { SecretValues } from '../../cluster/fields/secret-values';
import { chosenWorkloads, workloadsOf } from '../../cluster/operate/parts';
import { restartWorkloads } from '../../cluster/operate/restart';
import { ANNOTATIONS } from '../../k8s/keys';
import { graphOf } from '../../links/graph';
import { CLUSTER_OPTIONS, withCluster } from '../cluster';
import { UsageError, type Command } from '../command';
import { printJson } from '../output';
import { printWaited, Progress } from '../reports/progress';
import { stopOnSignal } from '../signals';

export const restart: Command = {
  usage: 'PART… | --all [--context NAME] [--app FILE] [--env NAME] [--json]',
  summary: 'Replaces the pods of parts without a failed request, and waits until the new pods are ready.',
  options: {
    ...CLUSTER_OPTIONS,
    all: { type: 'boolean', help: 'restart everything except databases, callees before their callers' },
  },
  words: Infinity,
  run(args, io) {
    const { options, words } = args;
    if (words.length > 0 === (options.all === true)) throw new UsageError('Expected: the name of a part, or --all.');
    return withCluster(args, io, async ({ app, manifests, target: { api } }) => {
      const { chosen, wrong } = chosenWorkloads(workloadsOf(manifests), words);
      if (wrong !== undefined) throw new UsageError(wrong);
      const restarted = options.all
        ? chosen.filter(({ object }) => object.metadata.annotations?.[ANNOTATIONS.engine] === undefined)
        : chosen;
      const progress = new Progress(io);
      return stopOnSignal(io, async (stop) => {
        const waited = await restartWorkloads(restarted, manifests, {
          api,
          kinds: await Kinds.of(api),
          secrets: new SecretValues(),
          graph: graphOf(app),
          stop: stop.signal,
          onRestart: (title) => options.json || io.out(`restarts ${title}\n`),
          onLook: (texts) => options.json || progress.show(texts),
        });
        if (options.json) printJson(waited, io);
        else printWaited(waited, io);
        return waited.blocked.length === 0 && !stop.signal.aborted ? 0 : 1;
      });
    });
  },
};
