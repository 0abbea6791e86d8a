import { join } from 'node:path';
import { Gateway } from '../../../src/index';
import type { Context, Step } from '../context';
import type { Gateway as Client } from '../support/gateway';
import type { KubeObject } from '../support/kubectl';
import { OwnApp, echo, type Echo } from '../support/own-app';
import { holds } from '../support/promise';
import { secondsSince, sleep, until } from '../support/until';

const NAMESPACE = 'e2e-autoscale';
const HOST = 'busy.localhost';
const ADDON = join(__dirname, '..', 'addons', 'metrics-server.yaml');

export const autoscale: Step = {
  name: 'autoscale',
  promise:
    'Under load the replicas scale up and share the load, and scale down after it. An apply in between does not reset their number.',
  async run(context) {
    const { kubectl, gateway, say } = context;
    const app = new OwnApp(context, NAMESPACE, (chart) => {
      const busy = echo(chart, 'busy', { autoscale: { min: 1, max: 3, cpu: 50, calm: 15 } });
      new Gateway(chart, 'gateway', { host: HOST, controller: 'traefik', routes: { '/': busy } });
    });
    try {
      await kubectl.must(['apply', '-f', ADDON]);
      await kubectl.must(['-n', 'kube-system', 'rollout', 'status', 'deployment/metrics-server', '--timeout=180s'], {
        timeoutMs: 190_000,
      });
      return await app.use(async () => {
        await until('the autoscaler knows the CPU utilization', 180, async () => (await cpuOf(context)) !== undefined);
        await until('without load there is one replica', 120, async () => (await replicas(context)).wanted === 1);

        const load = new CpuLoad(gateway);
        try {
          const rising = Date.now();
          await until('under load there are three replicas', 240, async () => (await replicas(context)).ready === 3);
          const secondsUp = secondsSince(rising);
          say(`3 replicas after ${secondsUp} s of load, at ${await cpuOf(context)} % of the requested CPU`);
          const before = await replicas(context);
          await app.apply();
          await sleep(3_000);
          const after = await replicas(context);
          holds(
            after.wanted === 3 && after.generation === before.generation,
            'an apply of the same manifests does not change the number',
            { before, after },
          );
          const shares = await load.shares(60);
          holds(
            shares.length === 3 && Math.min(...shares) >= 20,
            'each of the three replicas gets its share of the calls',
            shares,
          );
          const falling = Date.now();
          const { answered, failed } = await load.stop();
          await until('after the load there is one replica', 240, async () => (await replicas(context)).wanted === 1);
          return {
            secondsUp,
            secondsDown: secondsSince(falling),
            sharesInPercent: shares,
            answered,
            failed,
            resetByApply: false,
          };
        } finally {
          await load.stop();
        }
      });
    } finally {
      // Without it the API server would miss it whenever its pod is away.
      await kubectl.run(['delete', '-f', ADDON, '--ignore-not-found', '--wait=false']).catch(() => undefined);
    }
  },
};

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly readyReplicas?: number };
}

async function replicas({ kubectl }: Context): Promise<{ wanted: number; ready: number; generation: number }> {
  const { metadata, spec, status } = await kubectl.get<Deployment>('deployment', 'busy', '-n', NAMESPACE);
  return { wanted: spec.replicas, ready: status.readyReplicas ?? 0, generation: metadata.generation! };
}

/** The CPU utilization that the autoscaler reports. */
async function cpuOf({ kubectl }: Context): Promise<number | undefined> {
  type Autoscaler = KubeObject & {
    status: { currentMetrics?: readonly { resource?: { current: { averageUtilization?: number } } }[] | null };
  };
  const { status } = await kubectl.get<Autoscaler>('horizontalpodautoscaler', 'busy', '-n', NAMESPACE);
  return status.currentMetrics?.[0]?.resource?.current.averageUtilization;
}

/** Ten requests per second, each with 30 milliseconds of CPU: three times the request of one replica. */
class CpuLoad {
  readonly #timer: NodeJS.Timeout;
  readonly #open = new Set<Promise<void>>();
  #pods: string[] = [];
  #answered = 0;
  #failed = 0;

  constructor(private readonly client: Client) {
    this.#timer = setInterval(() => {
      const sent = this.#send();
      this.#open.add(sent);
      void sent.then(() => this.#open.delete(sent));
    }, 100);
  }

  /** The percentage of the next answers from each pod. */
  async shares(answers: number): Promise<number[]> {
    this.#pods = [];
    await until(`${answers} answers`, 120, async () => this.#pods.length >= answers, 100);
    const pods = this.#pods;
    return [...new Set(pods)].map((pod) =>
      Math.round((pods.filter((other) => other === pod).length / pods.length) * 100),
    );
  }

  async stop(): Promise<{ answered: number; failed: number }> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
    return { answered: this.#answered, failed: this.#failed };
  }

  async #send(): Promise<void> {
    const { status, text } = await this.client.ask('/?burn=30', { host: HOST });
    if (status === 200) {
      this.#answered++;
      this.#pods.push((JSON.parse(text) as Echo).pod);
    } else this.#failed++;
  }
}
