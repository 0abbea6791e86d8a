import type { Step } from '../context';
import { busyness } from '../support/ground';
import { Load, evidenceOf, repeatWrites, type Figures, noneFailed } from '../support/load';
import { nodeBack, nodeReady, placement, spread, spreadNow } from '../support/nodes';
import { holds } from '../support/promise';
import { secondsSince, sleep, until } from '../support/until';

/** The limit from the failure of the node until every replica is replaced, if the machine is not busy. */
const REPLACED_WITHIN = 60;
/** How long the pods tolerate a failed node. Then their replacements are created. */
const TOLERATED = 20;

export const nodeDies: Step = {
  name: 'node-dies',
  promise:
    'When a worker fails, the site continues to answer, and lost replicas are replaced within a minute. When it is back, the replicas are spread over both workers again by themselves, and no request fails. Then the next step stops the other worker.',
  core: true,
  async run(context) {
    const { cluster, blog, gateway, say } = context;
    const [postgres] = await blog.pods('postgres');
    await spreadNow(context);
    const node = (await blog.readyPods())
      .map(({ spec }) => spec.nodeName!)
      .find((name) => name !== postgres!.spec.nodeName)!;
    const elsewhere = async () => (await blog.readyPods()).filter(({ spec }) => spec.nodeName !== node).length;
    const all = (await blog.readyPods()).length;
    const lost = all - (await elsewhere());
    holds(lost > 0, 'pods of the blog run on the node', node);

    const load = new Load(gateway);
    try {
      await sleep(2_000);
      const stopped = Date.now();
      const loadAtStop = load.seconds;
      await cluster.stopNode(node);
      await until('the cluster marks the node as not ready', 120, async () => !(await nodeReady(context, node)));
      const secondsToNotice = secondsSince(stopped);
      // The Deployments count the lost pods for some more seconds.
      await until('every lost replica is replaced', 180, async () => (await elsewhere()) >= all);
      const secondsToReplace = secondsSince(stopped);
      const busy = busyness();
      const created = (await blog.readyPods()).map(({ metadata }) => Date.parse(metadata.creationTimestamp));
      const secondsToCreate = Math.round((Math.max(...created) - stopped) / 1_000);
      say(`${lost} replicas replaced ${secondsToReplace} s after the node failed`);
      await sleep(3_000);
      const during = await load.stop();
      const seconds = { secondsToNotice, secondsToCreate, secondsToReplace, busy };
      holds(
        secondsToCreate >= secondsToNotice && secondsToCreate <= secondsToNotice + TOLERATED + 10,
        `replacements are created ${TOLERATED} s after the cluster marks the node`,
        seconds,
      );
      // How long programs take to start on a busy machine says nothing about the blog.
      holds(
        secondsToReplace <= REPLACED_WITHIN || busy.length > 0,
        `lost replicas are replaced within ${REPLACED_WITHIN} s`,
        seconds,
      );
      const window = windowOf(during, loadAtStop);
      // A request can still go to a dead replica until the cluster marks the node.
      holds(window.longestSilence <= 5, 'the site continues to answer', { ...window, figures: evidenceOf(during) });
      holds(window.lastFailure <= secondsToNotice + 8, 'no request fails after the cluster marks the node', {
        ...window,
        secondsToNotice,
      });

      const started = Date.now();
      await cluster.startNode(node);
      await nodeBack(context, node);
      const secondsUntilBack = secondsSince(started);
      const together = oneNode(await placement(context));
      holds(together.length > 0, 'replicas are together on one worker (otherwise this proves nothing)', together);
      const back = new Load(gateway);
      await spread(context);
      const secondsToSpread = Math.round(secondsSince(started) - secondsUntilBack);
      const after = await back.stop();
      noneFailed(after, 'no request fails while the replicas are spread again');
      const repeatedWrites = await repeatWrites(context, during);
      return {
        replicasLost: lost,
        ...seconds,
        errorWindow: window,
        duringTheDeath: evidenceOf(during),
        repeatedWrites,
        secondsUntilBack,
        togetherBefore: together,
        secondsToSpread,
        failuresWhileSpreading: 0,
        placed: await placement(context),
      };
    } finally {
      await load.stop();
      await cluster.startNode(node);
      await nodeBack(context, node);
    }
  },
};

/** The microservices whose replicas are all on one node. */
function oneNode(placed: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(placed).filter((name) => placed[name]!.length === 1);
}

/** When the last request failed, and the longest time without an answer of a target, in seconds. */
function windowOf(
  { failures, longestSilence }: Figures,
  from: number,
): { firstFailure: number; lastFailure: number; failed: number; longestSilence: number } {
  const at = failures.map((failure) => failure.at - from);
  const round = (seconds: number) => Math.round(seconds * 10) / 10;
  return {
    firstFailure: round(Math.min(...at, Infinity) === Infinity ? 0 : Math.min(...at)),
    lastFailure: round(Math.max(...at, 0)),
    failed: failures.length,
    longestSilence,
  };
}
