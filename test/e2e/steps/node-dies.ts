import type { Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { Load, evidenceOf, type Figures } from '../support/load';
import { nodeBack, nodeReady, placement, spread } from '../support/nodes';
import { holds } from '../support/promise';
import { secondsSince, sleep, until } from '../support/until';

/** From the last sign of life until every copy is replaced. */
const REPLACED_WITHIN = 60;

export const nodeDies: Step = {
  name: 'node-dies',
  promise:
    'A worker dies: the site goes on answering, lost copies are replaced elsewhere within a minute, and are spread again once it is back.',
  async run(context) {
    const { cluster, blog, gateway, kubectl, say } = context;
    const [postgres] = await blog.pods('postgres');
    await spread(context);
    const node = (await blog.readyPods())
      .map(({ spec }) => spec.nodeName!)
      .find((name) => name !== postgres!.spec.nodeName)!;
    const lost = (await blog.readyPods()).filter(({ spec }) => spec.nodeName === node).length;
    holds(lost > 0, 'pods of the blog run on the node', node);

    const load = new Load(gateway);
    try {
      await sleep(2_000);
      const stopped = Date.now();
      const loadAtStop = load.seconds;
      await cluster.stopNode(node);
      await until('the cluster sees that the node is gone', 120, async () => !(await nodeReady(context, node)));
      const secondsToNotice = secondsSince(stopped);
      await blog.ready(REPLACED_WITHIN + 30);
      const secondsToReplace = secondsSince(stopped);
      say(`${lost} copies replaced ${secondsToReplace} s after the node died`);
      await sleep(3_000);
      const during = await load.stop();
      holds(secondsToReplace <= REPLACED_WITHIN, `lost copies are replaced within ${REPLACED_WITHIN} s`, {
        secondsToNotice,
        secondsToReplace,
      });
      const window = windowOf(during, loadAtStop);
      // As many as there are copies: the lot of a request may fall on a dead one until the cluster knows.
      holds(window.longestSilence <= 5, 'the site goes on answering', { ...window, figures: evidenceOf(during) });
      holds(window.lastFailure <= secondsToNotice + 8, 'nothing fails any more once the cluster knows', {
        ...window,
        secondsToNotice,
      });

      const started = Date.now();
      await cluster.startNode(node);
      await nodeBack(context, node);
      const secondsUntilBack = secondsSince(started);
      const back = new Load(gateway);
      await kubectl.must(['-n', NAMESPACE, 'rollout', 'restart', 'deployment']);
      await blog.ready();
      const after = await back.stop();
      holds(after.failed === 0, 'no request fails while the copies are spread again', evidenceOf(after));
      const placed = await placement(context);
      holds(
        Object.values(placed).every((nodes) => nodes.length === 2),
        'the copies are spread over both workers again',
        placed,
      );
      return {
        copiesLost: lost,
        secondsToNotice,
        secondsToReplace,
        errorWindow: window,
        duringTheDeath: evidenceOf(during),
        secondsUntilBack,
        spreadAgain: 'by the next rollout',
        failuresWhileSpreading: 0,
        placed,
      };
    } finally {
      await load.stop();
      await cluster.startNode(node);
      await nodeBack(context, node);
    }
  },
};

/** Seconds after the moment in which requests failed, and how long no target answered at most. */
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
