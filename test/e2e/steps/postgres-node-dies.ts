import type { Step } from '../context';
import { countAnswers } from '../support/answers';
import { drained } from '../support/ledger';
import { nodeBack, nodeReady, spreadNow } from '../support/nodes';
import { holds } from '../support/promise';
import { SteadyWriter } from '../support/steady-writer';
import { secondsSince, sleep, until } from '../support/until';

/** How long the answers are watched while Postgres is down. */
const WATCH_SECONDS = 10;

export const postgresNodeDies: Step = {
  name: 'postgres-node',
  promise:
    "Postgres' node dies: writes answer 503 with Retry-After, the page and query go on, and when it is back nothing that was answered with success is gone.",
  core: true,
  async run(context) {
    const { cluster, blog, gateway, say } = context;
    await spreadNow(context);
    const node = (await blog.pods('postgres'))[0]!.spec.nodeName!;
    const writer = new SteadyWriter(context);
    try {
      await sleep(3_000);
      const stopped = Date.now();
      await cluster.stopNode(node);
      await until('the cluster marks the node as not ready', 120, async () => !(await nodeReady(context, node)));
      const secondsToNotice = secondsSince(stopped);
      // A request from just before may still wait for a dead replica.
      await sleep(5_000);
      const watched = await countAnswers(
        {
          write: () => gateway.ask('/api/posts', { body: { title: 'Now?' } }),
          read: () => gateway.ask('/api/query'),
          page: () => gateway.ask('/'),
        },
        { seconds: WATCH_SECONDS, pauseMs: 250 },
      );
      say(`while Postgres is down: ${JSON.stringify(watched)}`);
      holds(Object.keys(watched.write).join() === '503 retry', 'writes answer only 503 with Retry-After', watched);
      holds(Object.keys(watched.page).join() === '200', 'the page continues to answer', watched);
      holds(Object.keys(watched.read).join() === '200', 'query continues to answer', watched);

      const started = Date.now();
      await cluster.startNode(node);
      await until('a write succeeds again', 180, () => writer.succeededSince(started), 100);
      const secondsToWrite = secondsSince(started);
      await blog.ready();
      const secondsToReady = secondsSince(started);
      await writer.stop();
      await drained(context, 60);
      await writer.verify();
      return {
        secondsToNotice,
        whileAway: watched,
        secondsToWriteAgain: secondsToWrite,
        secondsToReadyAgain: secondsToReady,
        written: writer.ids.length,
        gone: 0,
        doubled: 0,
        otherAnswersToWriter: writer.others,
      };
    } finally {
      await cluster.startNode(node);
      await writer.stop().catch(() => undefined);
      await nodeBack(context, node);
    }
  },
};
