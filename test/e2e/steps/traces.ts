import { join } from 'node:path';
import type { Chart } from 'cdk8s';
import { rolldown } from 'rolldown';
import { Image, Microservice } from '../../../src/index';
import { observer } from '../addons/observer';
import type { Context, Evidence, Step } from '../context';
import { pullMissing } from '../support/images';
import { nameOf, type Pod } from '../support/kubectl';
import { OwnApp } from '../support/own-app';
import { holds } from '../support/promise';
import { until } from '../support/until';

const IMAGE = 'jaegertracing/jaeger:2.13.0';
const NAMESPACE = 'e2e-traces';
const OBSERVABILITY = 'e2e-observability';
const OTLP = `http://jaeger.${OBSERVABILITY}:4318`;
const REPLICAS = 2;

interface Trace {
  readonly spans: readonly { readonly operationName: string; readonly processID: string }[];
  readonly processes: Readonly<
    Record<string, { readonly serviceName: string; readonly tags: readonly { key: string; value: string }[] }>
  >;
}

export const traces: Step = {
  name: 'traces',
  promise:
    'With telemetry in the environment, the packages of OpenTelemetry send spans to a real Jaeger, with the name of the pod. Without it, no span arrives.',
  apart: true,
  async run(context) {
    const { kubectl, cluster, signal } = context;
    await pullMissing([IMAGE], signal);
    await cluster.load('worker', [IMAGE]);
    const program = await bundled();
    const app = new OwnApp(context, NAMESPACE, (chart) => declare(chart, program), {
      telemetry: { otlp: OTLP, pods: { app: 'jaeger' } },
    });
    await kubectl.gone(OBSERVABILITY);
    try {
      await kubectl.apply(
        ...observer({
          name: 'jaeger',
          namespace: OBSERVABILITY,
          image: IMAGE,
          user: 10001,
          ports: [4318, 16686],
          ready: { path: '/', port: 16686 },
        }),
      );
      await kubectl.must(['-n', OBSERVABILITY, 'rollout', 'status', 'deployment/jaeger', '--timeout=120s'], {
        timeoutMs: 130_000,
      });
      return await app.use(() => prove(context));
    } finally {
      await kubectl.run(['delete', 'namespace', OBSERVABILITY, '--ignore-not-found', '--wait=false']);
    }
  },
};

/** The program without imports of packages, as the content of a file. */
async function bundled(): Promise<string> {
  const built = await rolldown({
    input: join(__dirname, '../programs/traced.mjs'),
    platform: 'node',
    // Unused code is removed only from ES modules. With it, the file is too large for a ConfigMap.
    resolve: { mainFields: ['module', 'main'] },
  });
  const { output } = await built.generate({ format: 'esm', minify: true, codeSplitting: false });
  return output[0].code;
}

/** The second one knows the address too, but its policy does not let it send there. */
function declare(chart: Chart, program: string): void {
  const options = {
    image: Image.of('node:24-slim'),
    command: ['node', '/program/traced.mjs'],
    files: { '/program/traced.mjs': program },
    health: { live: '/live', ready: '/ready' },
  };
  new Microservice(chart, 'with', { ...options, replicas: REPLICAS });
  new Microservice(chart, 'without', {
    ...options,
    replicas: 1,
    telemetry: false,
    env: { OTEL_SERVICE_NAME: 'without', OTEL_EXPORTER_OTLP_ENDPOINT: OTLP },
  });
}

async function prove(context: Context): Promise<Evidence> {
  const pods = await context.kubectl.list<Pod>('pods', '-n', NAMESPACE);
  // Each is answered when its span was sent, or after a time in which it could have been sent often.
  const names = (which: string) => pods.filter((pod) => nameOf(pod) === which).map(({ metadata }) => metadata.name);
  for (const pod of [...names('without'), ...names('with')])
    await context.kubectl.script(
      NAMESPACE,
      pod,
      "fetch('http://localhost:8080/').then(({ status }) => console.log(status))",
    );
  const found = await until('Jaeger has a span of each replica', 30, async () => {
    const of = await ask<Trace[]>(context, 'traces?service=with');
    return of.length >= REPLICAS && of;
  });
  const processes = found.flatMap(({ spans, processes: all }) => spans.map(({ processID }) => all[processID]!));
  const tag = (name: string) =>
    processes.map(({ tags }) => tags.find(({ key }) => key === name)?.value ?? '').toSorted();
  holds(tag('k8s.pod.name').join() === names('with').toSorted().join(), 'each span names its pod', found);
  holds(new Set(tag('service.namespace')).size === 1 && tag('service.namespace')[0] === NAMESPACE, 'and its namespace');
  const services = await ask<string[]>(context, 'services');
  holds(!services.includes('without'), 'no span arrives without the option', services);
  return { spans: found.length, services: services.join() };
}

/** The data of an answer of the API of Jaeger. */
async function ask<T>({ kubectl }: Context, path: string): Promise<T> {
  const at = `/api/v1/namespaces/${OBSERVABILITY}/services/jaeger:16686/proxy/api/${path}`;
  return (JSON.parse(await kubectl.must(['get', '--raw', at])) as { data: T }).data;
}
