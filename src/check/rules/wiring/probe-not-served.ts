import type { V1Container, V1Probe } from '@kubernetes/client-node';
import { show } from '../../../basics/text';
import { knownServer, type KnownServer } from '../../../images/known-servers';
import { isText, listOf } from '../../world/values';
import { containersOf, type ContainerAt, type Pods } from '../../world/world';
import type { Rule, Violation } from '../rule';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

type Server = NonNullable<ReturnType<typeof knownServer>>;

/** What a probe asks for. */
interface Asked {
  readonly probe: (typeof PROBES)[number];
  readonly way: 'httpGet' | 'tcpSocket';
  readonly port: number;
  readonly path: string;
}

export const probeNotServed: Rule = {
  code: 'probe-not-served',
  why: 'The probe never succeeds, so the pod never becomes ready or restarts repeatedly.',
  fix: 'Probe a port and a path that the image serves, or configure the image to serve them.',
  *find(world) {
    for (const pods of world.pods) {
      for (const at of containersOf(pods)) {
        const { image } = at.container;
        if (!isText(image) || !PROBES.some((probe) => at.container[probe])) continue;
        const server = knownServer(image);
        const found = server && violationOf(server, at, pods);
        if (found) yield { manifest: pods.manifest, ...found };
      }
    }
  },
};

/** The first probe that cannot succeed. The others have the same cause. */
function violationOf(server: Server, at: ContainerAt, pods: Pods): Omit<Violation, 'manifest'> | undefined {
  // Another program can run in the container.
  if (at.container.command || !startsServer(at.container, server)) return undefined;
  for (const asked of askedOf(at.container)) {
    const wrong = wrongWith(asked, server, at.container, pods);
    if (!wrong) continue;
    const { probe, way, port, path } = asked;
    return {
      field: [...at.at, probe, way, wrong.field],
      message: `The ${probe} of the container ${show(at.container.name)} cannot succeed: ${wrong.message}`,
      expected: expectedOf(server),
      got: way === 'httpGet' ? `GET ${path} on port ${port}` : `a connection to port ${port}`,
      fix: [wrong.fix ?? fixOf(server, wrong.field), wrong.field === 'port' && server.instead]
        .filter(Boolean)
        .join(' '),
    };
  }
  return undefined;
}

interface Wrong {
  readonly field: 'port' | 'path';
  readonly message: string;
  readonly fix?: string;
}

function wrongWith({ way, port, path }: Asked, server: Server, container: V1Container, pods: Pods): Wrong | undefined {
  if (isShared(pods)) return undefined;
  const { name, http, other = {}, health, optional, notServed } = server;
  if (way === 'httpGet' && http.length === 0) return { field: 'port', message: `${name} speaks no HTTP.` };
  if (
    way === 'httpGet' &&
    optional?.paths.test(path) &&
    !optional.turnedOn.test(settingsOf(container)) &&
    listOf(container.envFrom).length === 0 &&
    !isMounted(container, server.config)
  )
    return { field: 'path', message: `${name} does not serve ${path} by default.`, fix: optional.fix };
  if (isConfigured(server, container, port)) return undefined;
  const others = Object.values(other);
  if (![...http, ...others].includes(port))
    return { field: 'port', message: `${name} listens on ${[...http, ...others].join(', ')} and not on ${port}.` };
  if (way === 'tcpSocket') return undefined;
  if (!http.includes(port)) return { field: 'port', message: `${name} speaks no HTTP on port ${port}.` };
  if (health?.port !== undefined && port !== health.port && [health.live, health.ready].includes(path) && path !== '/')
    return { field: 'port', message: `${name} serves ${path} on port ${health.port} only.` };
  if (notServed?.paths.test(path) && !isMounted(container, notServed.unlessMounted ?? []))
    return { field: 'path', message: `${name} does not serve ${path}.` };
  return undefined;
}

function askedOf(container: V1Container): Asked[] {
  return PROBES.flatMap((probe) => {
    const { httpGet, tcpSocket }: V1Probe = container[probe] ?? {};
    const way = httpGet ? 'httpGet' : 'tcpSocket';
    const { port: written, host } = httpGet ?? tcpSocket ?? {};
    // With a host, it asks another program.
    if (written === undefined || host) return [];
    const named = listOf(container.ports).find(({ name }) => name === written)?.containerPort;
    const port = Number(named ?? written);
    return Number.isInteger(port) ? [{ probe, way, port, path: httpGet?.path ?? '/' } as const] : [];
  });
}

/** Whether the arguments are options of the server, or begin with its name. */
function startsServer({ args }: V1Container, { name }: Server): boolean {
  const [first] = listOf(args);
  if (first === undefined) return true;
  if (!isText(first)) return false;
  return /^(-|server$|start(-dev)?$)/.test(first) || first.startsWith(name.replace(/^.*\//, ''));
}

/** Containers of a pod share its ports. On the network of the node, so do all its programs. */
function isShared({ spec }: Pods): boolean {
  return (
    spec.hostNetwork === true ||
    listOf(spec.containers).length > 1 ||
    listOf(spec.initContainers).some(({ restartPolicy }) => restartPolicy === 'Always')
  );
}

/** Variables that a chart sets for every program. These servers do not read them. */
const OF_CHARTS = /^(HEALTH_|EVENTS_)?PORT$/;
/** Arguments that may change a port or a path. */
const CHANGES = /port|listen|addr|bind|conf|file|http|web|svr|[/:]|\d{3,}/i;

/** Whether anything may change what the image serves, or names the port. */
function isConfigured(server: KnownServer, container: V1Container, port?: number): boolean {
  const args = listOf(container.args).map(String);
  const variables = listOf(container.env);
  return (
    listOf(container.envFrom).length > 0 ||
    container.lifecycle?.postStart !== undefined ||
    args.some((arg) => (server.args ?? CHANGES).test(arg) || (port !== undefined && arg.includes(String(port)))) ||
    variables.some(
      ({ name, value }) =>
        server.env?.test(name) ||
        (!OF_CHARTS.test(name) && port !== undefined && value?.toString().includes(String(port))),
    ) ||
    isMounted(container, server.config)
  );
}

/** The arguments and the names of the variables. */
function settingsOf({ args, env }: V1Container): string {
  return [...listOf(args), ...listOf(env).map(({ name }) => name)].join(' ');
}

/** Whether a volume is mounted in one of the folders, or in a folder that contains it. */
function isMounted({ volumeMounts }: V1Container, folders: readonly string[]): boolean {
  return listOf(volumeMounts).some(
    ({ mountPath }) =>
      !isText(mountPath) || folders.some((folder) => isBelow(mountPath, folder) || isBelow(folder, mountPath)),
  );
}

function isBelow(path: string, folder: string): boolean {
  const [inner, outer] = [path, folder].map((one) => `${one.replace(/\/+$/, '')}/`) as [string, string];
  return inner.startsWith(outer);
}

function expectedOf({ http, other = {}, health }: KnownServer): string {
  if (http.length === 0) return `a connection to port ${Object.values(other)[0]}, or a command`;
  const path = health ? `GET ${health.ready}` : 'GET';
  return `${path} on port ${health?.port ?? http[0]}`;
}

/** The options of a microservice, and the fields of a probe. */
function fixOf({ http, other = {}, health }: KnownServer, field: Wrong['field']): string {
  const [name = 'tcp', number] = Object.entries(other)[0] ?? [];
  if (http.length === 0)
    return `In a chart: http: false, ports: { ${name}: ${number} }. In YAML: tcpSocket: { port: ${number} }.`;
  const own = health?.port === undefined ? '' : `, port: ${health.port}`;
  const checks = health
    ? `{ live: '${health.live}', ready: '${health.ready}'${own} }`
    : "{ live: 'tcp', ready: 'tcp' }";
  const probe = health
    ? `httpGet: { path: ${health.ready}, port: ${health.port ?? http[0]} }`
    : `tcpSocket: { port: ${http[0]} }`;
  const port = field === 'port' ? `port: ${http[0]}, ` : '';
  return `In a chart: ${port}health: ${checks}. In YAML: ${probe}.`;
}
