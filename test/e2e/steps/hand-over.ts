import type { Context, Step } from '../context';
import { ChartsApp } from '../support/charts-app';
import { holds } from '../support/promise';
import { isReady, type Pod } from '../support/kubectl';
import { until } from '../support/until';

const NAMESPACE = 'handed-over';
const PROGRAM = "require('node:http').createServer((_, response) => response.end('ok')).listen(process.env.PORT)";

// The programs are idle, so only the minimum of the autoscalers decides.
const charts = (scaling: string) => `
  const chart = new Chart(app, '${NAMESPACE}', { namespace: '${NAMESPACE}' });
  new Namespace(chart, '${NAMESPACE}');
  new Microservice(chart, 'web', {
    image: Image.of('node:24-slim'),
    command: ['node', '-e', ${JSON.stringify(PROGRAM)}],
    resources: { cpu: '100m' },
    shutdown: { pause: 1, grace: 5 },
    ${scaling},
  });`;

export const handOver: Step = {
  name: 'hand-over',
  promise:
    'A fixed number of replicas becomes an autoscaler, a schedule, and a fixed number again, also after the autoscaler changed it. The number never drops on the way, and no pod is replaced.',
  apart: true,
  async run(context) {
    const app = new ChartsApp(context, [NAMESPACE]);
    return app.use(async () => {
      const apply = async (scaling: string) => {
        app.write(charts(scaling));
        const ended = await app.callsign('apply');
        holds(ended.code === 0, `apply with ${scaling}`, ended);
      };
      await apply('replicas: 3');
      const before = await ready(context, 3);
      await apply('autoscale: { min: 3, max: 5, cpu: 100 }');
      holds((await replicas(context)) === 3, 'the autoscaler starts with the same number');
      await apply("schedule: [{ at: '00:00', replicas: 3 }], timeZone: 'UTC'");
      holds((await replicas(context)) === 3, 'the schedule starts with the same number');
      const generation = await generationOf(context);
      const after = await ready(context, 3);
      holds(JSON.stringify(before) === JSON.stringify(after), 'all pods are the same ones', { before, after });
      await apply('replicas: 2');
      await ready(context, 2);
      await apply('autoscale: { min: 4, max: 5, cpu: 100 }');
      await ready(context, 4);
      await apply('replicas: 3');
      await ready(context, 3);
      const autoscalers = await context.kubectl.list('-n', NAMESPACE, 'horizontalpodautoscalers');
      holds(autoscalers.length === 0, 'the autoscaler is gone', autoscalers);
      const diff = await app.callsign('diff');
      holds(diff.code === 0, 'the number stays, and nothing else wants to set it', diff);
      return { pods: before.length, generation };
    });
  },
};

async function replicas({ kubectl }: Context): Promise<number> {
  return Number(await kubectl.must(['-n', NAMESPACE, 'get', 'deployment/web', '-o', 'jsonpath={.spec.replicas}']));
}

async function generationOf({ kubectl }: Context): Promise<number> {
  return Number(
    await kubectl.must(['-n', NAMESPACE, 'get', 'deployment/web', '-o', 'jsonpath={.metadata.generation}']),
  );
}

/** The ready pods, as soon as there are so many. */
async function ready({ kubectl }: Context, number: number): Promise<string[]> {
  let pods: Pod[] = [];
  await until(`${number} pods are Ready`, 120, async () => {
    pods = (await kubectl.list<Pod>('-n', NAMESPACE, 'pods', '-l', 'app.kubernetes.io/name=web')).filter(isReady);
    return pods.length === number;
  });
  return pods.map(({ metadata }) => metadata.uid).toSorted();
}
