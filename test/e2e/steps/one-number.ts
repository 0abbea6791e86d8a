import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Step } from '../context';
import { MANIFESTS, type Blog } from '../support/blog';
import { newPosts } from '../support/gateway';
import { restartsOf, type Pod } from '../support/kubectl';
import { verifyLedger } from '../support/ledger';
import { differences } from '../support/manifests';
import { ProjectCopy } from '../support/project';
import { holds } from '../support/promise';
import { Publisher } from '../support/publisher';
import { secondsSince } from '../support/until';

/** Posts per second, at the full pace. */
const RATE = 30;
const WINDOW_SECONDS = 40;
const LONGEST_WINDOW_SECONDS = 120;
const TOLERANCE = 0.25;

export const oneNumber: Step = {
  name: 'one-number',
  promise:
    'One number scales comments from 2 replicas to 5 and to 1. Each replica gets its share, and the bus does not change or restart.',
  core: true,
  async run(context) {
    const { blog, kubectl, gateway, signal, say } = context;
    const [five, one] = [await edited(5, signal), await edited(1, signal)];
    try {
      holds(
        JSON.stringify(five.changes) === JSON.stringify({ 'Deployment/comments': ['- replicas: 2', '+ replicas: 5'] }),
        'one edited number changes one line of one manifest',
        five.changes,
      );
      holds(
        Object.keys(one.changes).every((title) => title.endsWith('/comments')),
        'the manifest of the bus does not change',
        one.changes,
      );
      const bus = await busPods(context);
      // A replica that gets no processor answers later, and idle connections lead to the others. With less load, the window
      // is longer, so that as many deliveries are counted.
      const window = Math.min(WINDOW_SECONDS / gateway.pace, LONGEST_WINDOW_SECONDS);
      const publisher = await Publisher.start(kubectl, {
        posts: await newPosts(gateway, 20),
        rate: RATE * gateway.pace,
        seconds: window + 30,
      });

      const scaling = Date.now();
      await blog.apply(five.copy.manifests);
      await blog.ready();
      const secondsToFive = secondsSince(scaling);
      say(`5 replicas after ${secondsToFive} s; counting the deliveries of each for ${window} s`);
      const pods = await blog.readyPods('comments');
      holds(
        pods.length === 5,
        'five replicas are Ready',
        pods.map(({ metadata }) => metadata.name),
      );
      const before = await Promise.all(pods.map((pod) => counted(blog, pod)));
      await sleep(window * 1_000);
      const after = await Promise.all(pods.map((pod) => counted(blog, pod)));
      const taken = after.map(({ count }, i) => count - before[i]!.count);
      // On a busy machine the counts are read seconds apart, so the rates are compared.
      const rates = taken.map((count, i) => count / (after[i]!.at - before[i]!.at));
      const total = rates.reduce((sum, rate) => sum + rate, 0);
      const shares = rates.map((rate) => Math.round((rate / total) * 1_000) / 10);
      holds(
        shares.every((share) => Math.abs(share / 20 - 1) <= TOLERANCE),
        'each of the five replicas gets 15 to 25 % of the deliveries',
        { taken, shares },
      );

      await blog.apply(one.copy.manifests);
      await blog.ready();
      const { accepted, published } = await publisher.finish();
      const now = await busPods(context);
      holds(
        JSON.stringify(now) === JSON.stringify(bus),
        "the bus's pods are the same ones all the time, with no restart",
        { before: bus, now },
      );
      return {
        changedLines: 1,
        busManifestChanged: false,
        secondsToFive,
        deliveriesPerReplica: taken,
        sharesInPercent: shares,
        largestDeviationInPercent: Math.max(...shares.map((share) => Math.round(Math.abs(share / 20 - 1) * 100))),
        busPods: bus.length,
        busRestarts: 0,
        ...(await verifyLedger(context, { accepted })),
        publishFailures: published.failures,
      };
    } finally {
      five.copy.remove();
      one.copy.remove();
    }
  },
};

/** The deliveries to a pod until a moment. */
async function counted(blog: Blog, pod: Pod): Promise<{ count: number; at: number }> {
  const count = await blog.delivered(pod);
  return { count, at: Date.now() };
}

/** A copy of the project with the edited number, synthesized, and the differences of its manifests. */
async function edited(
  replicas: number,
  signal: AbortSignal,
): Promise<{ copy: ProjectCopy; changes: Record<string, string[]> }> {
  const copy = new ProjectCopy();
  copy.edit('src/charts/blog/comments.ts', 'replicas: 2', `replicas: ${replicas}`);
  return { copy, changes: differences(MANIFESTS, await copy.synth(signal)) };
}

async function busPods({ blog }: Context): Promise<{ uid: string; restarts: number }[]> {
  return (await blog.pods('event-bus'))
    .map((pod) => ({ uid: pod.metadata.uid, restarts: restartsOf(pod) }))
    .toSorted((a, b) => a.uid.localeCompare(b.uid));
}
