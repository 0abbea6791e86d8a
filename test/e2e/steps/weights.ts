import type { Chart } from 'cdk8s';
import { Gateway, Image, type Strategy } from '../../../src/index';
import type { Context, Step } from '../context';
import { Gateway as Client, type Answer } from '../support/gateway';
import type { Pod } from '../support/kubectl';
import { Load, evidenceOf, noneFailed } from '../support/load';
import { OwnApp, echo, type Echo } from '../support/own-app';
import { PUBLIC } from '../support/public-gateway';
import { holds } from '../support/promise';
import { TEST_IMAGES } from '../support/test-images';
import { until } from '../support/until';

const NAMESPACE = 'e2e-weights';
const HOST = 'weights.localhost';
/** The prefix of its pod names. */
const CANARY = 'cart-canary-';
const ASKED = 1_000;
const [NOW, NEXT] = [Image.of('node:24-slim'), Image.of(TEST_IMAGES.nextNode)];

const canary = (weight: number): Strategy => ({ canary: { image: NEXT, weight, by: 'gateway' } });
/** The stages of the chart, as in docs/releases.md. */
const STAGES = {
  before: { image: NOW },
  started: { image: NOW, strategy: canary(0) },
  tenth: { image: NOW, strategy: canary(10) },
  quarter: { image: NOW, strategy: canary(25) },
  whole: { image: NOW, strategy: canary(100) },
  replaced: { image: NEXT, strategy: canary(100) },
  finished: { image: NEXT, strategy: canary(0) },
  after: { image: NEXT },
} as const;
type Stage = keyof typeof STAGES;
/** Objects that must be deleted by hand, because apply deletes nothing. */
const LEFT = ['deployment/cart-canary', 'poddisruptionbudget/cart-canary', 'service/cart-canary'];

export const weights: Step = {
  name: 'weights',
  promise:
    'A canary with the weights of an HTTPRoute gets its share, is raised to 100 % and finished. No request fails.',
  async run(context) {
    const client = new Client(`127.0.0.1:${context.gateway.port}`, HOST);
    const appAt = (stage: Stage) => new OwnApp(context, NAMESPACE, (chart) => declare(chart, STAGES[stage]));
    return appAt('before').use(async () => {
      await until('the cart answers through the gateway', 60, async () => (await client.ask('/')).status === 200);
      const load = new Load(client, [{ name: 'cart', path: '/', rate: 30, expect: 200 }]);
      try {
        const shares = await release(context, client, appAt, load);
        const figures = await load.stop();
        noneFailed(figures, 'no request fails');
        return { ...shares, asked: ASKED, ...evidenceOf(figures) };
      } finally {
        await load.stop();
      }
    });
  },
};

function declare(chart: Chart, options: { readonly image: Image; readonly strategy?: Strategy }): void {
  const cart = echo(chart, 'cart', { replicas: 2, shutdown: { pause: 5, grace: 10 }, ...options });
  new Gateway(chart, 'gateway', {
    host: HOST,
    routes: { '/': cart },
    httpRoute: PUBLIC,
  });
}

async function release(context: Context, client: Client, appAt: (stage: Stage) => OwnApp, load: Load): Promise<object> {
  const { kubectl, say } = context;
  const rollout = async (...names: string[]) => {
    for (const name of names)
      await kubectl.must(['-n', NAMESPACE, 'rollout', 'status', `deployment/${name}`, '--timeout=90s'], {
        timeoutMs: 100_000,
      });
  };
  const refused: Answer[] = [];
  const stage = async (name: Stage, percent: number) => {
    await appAt(name).apply();
    await rollout('cart', ...(name === 'after' ? [] : ['cart-canary']));
    // The gateway learns the weight a moment later. Earlier requests are not part of the sample.
    await until(`the canary gets ${percent} %`, 30, async () => isShare(await shareOf(client, refused), percent));
    const share = await shareOf(client, refused);
    holds(isShare(share, percent), `the canary gets ${percent} % of the requests, within the error of the sample`, {
      share,
      asked: ASKED,
    });
    say(`${name}: ${share} % of ${ASKED} requests (${load.failed} of the load failed so far)`);
    return share;
  };
  const started = await stage('started', 0);
  const shares = {
    tenth: await stage('tenth', 10),
    quarter: await stage('quarter', 25),
    whole: await stage('whole', 100),
  };
  // The stable replicas become the next release while they get no requests.
  await stage('replaced', 100);
  await stage('finished', 0);
  await stage('after', 0);
  await kubectl.must(['-n', NAMESPACE, 'delete', '--ignore-not-found', ...LEFT]);
  await until('all pods of the canary are gone', 60, async () => {
    const pods = await kubectl.list<Pod>('pods', '-n', NAMESPACE);
    return pods.every(({ metadata }) => !metadata.name.startsWith(CANARY));
  });
  holds(refused.length === 0, 'every request of the samples is answered', refused.slice(0, 10));
  return { started, ...shares };
}

/** The share of the canary in a sample of requests, in percent. */
async function shareOf(client: Client, refused: Answer[]): Promise<number> {
  let [asked, canaries] = [0, 0];
  // A few in parallel, so that a slow request does not delay the others.
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (asked < ASKED) {
        asked++;
        const answer = await client.ask('/');
        if (answer.status !== 200) refused.push(answer);
        else if ((JSON.parse(answer.text) as Echo).pod.startsWith(CANARY)) canaries++;
      }
    }),
  );
  return Math.round((1_000 * canaries) / ASKED) / 10;
}

/** Whether the share is within four standard errors. By chance, one sample in 16,000 is further off. */
function isShare(seen: number, percent: number): boolean {
  return Math.abs(seen - percent) <= 4 * Math.sqrt((percent * (100 - percent)) / ASKED);
}
