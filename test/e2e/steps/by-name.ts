import type { Context, Step } from '../context';
import { NAMESPACE } from '../support/blog';
import { calledBy, readGraph } from '../support/graph';
import { nameOf, type KubeObject, type Pod } from '../support/kubectl';
import { holds } from '../support/promise';

interface Service extends KubeObject {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] };
}

interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly urls: readonly {
    readonly name: string;
    readonly host: string;
    readonly port: string;
    readonly address: string;
  }[];
}

/** Reads the environment of the first process of the pod and resolves the host of each URL. Secrets stay in the pod. */
const LOOK = `
const env = Object.fromEntries(require('node:fs').readFileSync('/proc/1/environ', 'utf8').split('\\0').filter(Boolean).map((line) => {
  const at = line.indexOf('=');
  const name = line.slice(0, at);
  return [name, /PASSWORD|SECRET|TOKEN/.test(name) ? '(hidden)' : line.slice(at + 1)];
}));
Promise.all(Object.entries(env).filter(([name]) => name.endsWith('_URL')).map(async ([name, value]) => {
  const { hostname: host, port } = new URL(value);
  const { address } = await require('node:dns').promises.lookup(host, { family: 4 });
  return { name, host, port, address };
})).then((urls) => console.log(JSON.stringify({ env, urls })));
`;

export const byName: Step = {
  name: 'by-name',
  promise:
    'Every <NAME>_URL in every pod resolves to the ClusterIP of its Service. No environment contains an address or a port of another service.',
  core: true,
  async run({ kubectl, blog, signal }: Context) {
    const graph = await readGraph(signal);
    const services = new Map(
      (await kubectl.list<Service>('services', '-n', NAMESPACE)).map((service) => [service.metadata.name, service]),
    );
    const pods = await blog.readyPods();
    const programs = pods.filter((pod) => nameOf(pod) !== 'postgres');
    let resolved = 0;
    let variables = 0;
    for (const pod of programs) {
      const seen = await kubectl.script<Seen>(NAMESPACE, pod.metadata.name, LOOK);
      const expected = calledBy(graph, nameOf(pod), 'microservice')
        .map((name) => `${name.toUpperCase().replaceAll('-', '_')}_URL`)
        .toSorted();
      holds(
        seen.urls
          .map(({ name }) => name)
          .toSorted()
          .join() === expected.join(),
        `${pod.metadata.name} has a URL for each microservice that it calls, and no other`,
        { seen: seen.urls, expected },
      );
      for (const { name, host, port, address } of seen.urls) {
        const clusterIP = services.get(host)?.spec.clusterIP;
        holds(
          address === clusterIP && port === '',
          `${name} of ${pod.metadata.name} is a name without a port, and resolves to the ClusterIP of its Service`,
          { host, port, address, clusterIP },
        );
        resolved++;
      }
      variables += checkEnvironment(pod, seen.env, pods, [...services.values()]);
    }
    const postgres = await kubectl.exec(NAMESPACE, 'postgres-0', ['env']);
    const env = Object.fromEntries(
      postgres
        .split('\n')
        .filter((line) => line.includes('='))
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    variables += checkEnvironment(
      pods.find((pod) => nameOf(pod) === 'postgres')!,
      env,
      pods,
      [...services.values()],
    );
    return {
      pods: pods.length,
      urlsResolved: resolved,
      variablesRead: variables,
      addressesFound: 0,
      portsFound: 0,
      exceptions:
        'PORT, EVENTS_PORT, HEALTH_PORT (its own), DATABASE_PORT (Postgres), KUBERNETES_* (the API server, which Kubernetes adds)',
    };
  },
};

const ADDRESS = /(?<![\d.])(\d{1,3}\.){3}\d{1,3}(?![\d.])/;

/** Returns the number of variables. */
function checkEnvironment(
  { metadata }: Pod,
  env: Readonly<Record<string, string>>,
  pods: readonly Pod[],
  services: readonly Service[],
): number {
  const addresses = new Set([...pods.map(({ status }) => status.podIP), ...services.map(({ spec }) => spec.clusterIP)]);
  const listening = pods.flatMap(({ spec }) => spec.containers.flatMap((container) => container.ports ?? []));
  const ports = new Set([
    ...listening.map(({ containerPort }) => String(containerPort)),
    ...services.flatMap(({ spec }) => spec.ports.map(({ port }) => String(port))),
  ]);
  const entries = Object.entries(env).filter(
    ([name]) => !/^KUBERNETES_(SERVICE|PORT)/.test(name) && name !== 'DATABASE_PASSWORD',
  );
  for (const [name, value] of entries) {
    holds(!ADDRESS.test(value) && !addresses.has(value), `${name} of ${metadata.name} contains no address`, value);
    const port = /^\d+$/.test(value) ? value : /:(\d+)(?:\/|$)/.exec(value)?.[1];
    const own = ['PORT', 'EVENTS_PORT', 'HEALTH_PORT', 'DATABASE_PORT'].includes(name);
    holds(
      own || port === undefined || !ports.has(port),
      `${name} of ${metadata.name} contains no port of another service`,
      value,
    );
  }
  return entries.length;
}
