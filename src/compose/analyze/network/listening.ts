import { entriesOf, itemsOf, nodeAt, numberOf, textOf, type ComposeNode } from '../../load/node';
import { commandOf, type ComposeService } from '../../load/service';
import { readPorts, type PortMapping } from '../../load/short-forms';
import { healthUrl, portOfHealthCheck } from '../health/command';
import { mentionsIn, type HostMention } from './hosts';

/** A port in `ports`, and its node. */
export interface Published extends PortMapping {
  readonly node: ComposeNode;
  readonly name?: string;
}

/** The ports that a service listens on. */
export interface ListeningPorts {
  /** The port on which it serves HTTP. */
  readonly http?: number;
  /** Its other ports, by name. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Well-known ports of other protocols than HTTP. */
const NOT_HTTP = new Set([
  21, 22, 23, 25, 53, 110, 143, 389, 465, 587, 636, 993, 1025, 1433, 1521, 1883, 2181, 3306, 4222, 5432, 5672, 6379,
  8883, 9042, 9092, 9300, 11211, 26257, 27017, 50051,
]);
const HTTP_SCHEMES = new Set(['http', 'https', 'ws', 'wss']);

/** The ports that a service publishes. */
export function publishedPorts({ node }: ComposeService): Published[] {
  return itemsOf(nodeAt(node, 'ports')).flatMap((item): Published[] => {
    if (item.kind !== 'dict') return (readPorts(textOf(item) ?? '') ?? []).map((port) => ({ ...port, node: item }));
    const published = textOf(nodeAt(item, 'published'));
    const text = `${published ? `${published}:` : ''}${textOf(nodeAt(item, 'target')) ?? ''}/${textOf(nodeAt(item, 'protocol')) ?? 'tcp'}`;
    const [hostIp, name] = [textOf(nodeAt(item, 'host_ip')), textOf(nodeAt(item, 'name'))];
    return (readPorts(text) ?? []).map((port) => ({
      ...port,
      node: item,
      ...(hostIp && { hostIp }),
      ...(name && { name }),
    }));
  });
}

/** All host names of a service. */
export function aliasesOf({ name, node }: ComposeService): string[] {
  const networks = entriesOf(nodeAt(node, 'networks')).flatMap(([, network]) => itemsOf(nodeAt(network, 'aliases')));
  return [
    name,
    ...[nodeAt(node, 'container_name'), nodeAt(node, 'hostname'), ...networks].flatMap((alias) => textOf(alias) ?? []),
  ];
}

/** The hosts in the settings and the commands of a service. */
export function mentionsOf({ node, env }: ComposeService): HostMention[] {
  const words = [...commandOf(nodeAt(node, 'command')), ...commandOf(nodeAt(node, 'entrypoint'))];
  return [
    ...[...env].flatMap(([name, { value }]) => mentionsIn(String(value), name)),
    ...words.flatMap(({ word }) => mentionsIn(word)),
  ];
}

/** The ports that a service listens on. `mentions` are the texts that name it, `isNeeded` is whether others depend on it. */
export function listeningOf(
  service: ComposeService,
  mentions: readonly HostMention[],
  isNeeded: boolean,
): ListeningPorts {
  const { known, node, env } = service;
  const tcp = publishedPorts(service).filter(({ protocol }) => protocol === 'tcp');
  const exposed = itemsOf(nodeAt(node, 'expose')).flatMap((item) =>
    (readPorts(textOf(item) ?? '') ?? []).filter(({ protocol }) => protocol === 'tcp').map(({ target }) => target),
  );
  const declared = [...new Set([...tcp.map(({ target }) => target), ...exposed])];
  const named = new Map(tcp.flatMap(({ name, target }) => (name ? [[target, name] as const] : [])));
  const mentioned = mentions.flatMap(({ port }) => port ?? []);
  if (known?.ports && known.http === undefined)
    return { ports: portNames(known.ports, [...declared, ...mentioned], named) };

  const overHttp = mentions.find(({ scheme }) => scheme && HTTP_SCHEMES.has(scheme));
  const other = mentions.find(({ scheme }) => scheme && !HTTP_SCHEMES.has(scheme));
  const checked = healthUrl(nodeAt(node, 'healthcheck', 'test'), aliasesOf(service));
  const own = Number(env.get('PORT')?.value);
  const isHttp = (port: number) => !NOT_HTTP.has(port) && !(other?.port === port);
  const candidates = [
    known?.http,
    labelledPort(node),
    checked && (declared.length === 0 || declared.includes(checked.port)) ? checked.port : undefined,
    overHttp && (overHttp.port ?? 80),
    ...declared.filter((port) => port === own),
    ...declared.filter(isHttp),
    declared.length === 0 ? portOfHealthCheck(nodeAt(node, 'healthcheck', 'test'), aliasesOf(service)) : undefined,
  ];
  const http = candidates.find((port) => port !== undefined);
  const further = [...declared, ...mentioned].filter((port) => port !== http);
  // A mention of port 80 means HTTP, because the Service has HTTP on that port.
  if (http !== undefined)
    return {
      http,
      ports: portNames(
        known?.ports ?? {},
        further.filter((port) => port !== 80 || declared.includes(80)),
        named,
      ),
    };
  if (further.length > 0) return { ports: portNames({}, further, named) };
  if (Number.isInteger(own) && own > 0) return { http: own, ports: {} };
  // A worker can share the image of a server. So EXPOSE counts only if another service needs this one.
  const [fromImage] = isNeeded || mentions.length > 0 ? exposedByDockerfile(service) : [];
  if (fromImage !== undefined)
    return isHttp(fromImage) ? { http: fromImage, ports: {} } : { ports: portNames({}, [fromImage], named) };
  return { ports: {} };
}

function portNames(
  known: Readonly<Record<string, number>>,
  further: readonly number[],
  named: ReadonlyMap<number, string>,
): Record<string, number> {
  const names: Record<string, number> = { ...known };
  for (const port of further) {
    if (Object.values(names).includes(port)) continue;
    const name = named.get(port)?.toLowerCase();
    names[
      name && /^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name) && name !== 'http' && !(name in names)
        ? name
        : `port-${port}`
    ] = port;
  }
  return names;
}

/** The port that the labels of traefik name. */
function labelledPort(service: ComposeNode): number | undefined {
  const [, port] =
    entriesOf(nodeAt(service, 'labels')).find(([key]) =>
      /^traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port$/i.test(key),
    ) ?? [];
  return numberOf(port);
}

/** The TCP ports that the Dockerfile of a service exposes. */
function exposedByDockerfile({ build }: ComposeService): number[] {
  const lines = [...(build?.text ?? '').matchAll(/^\s*EXPOSE\s+(.+)$/gim)];
  return lines
    .flatMap(([, ports = '']) => ports.trim().split(/\s+/))
    .flatMap((port) =>
      (readPorts(port) ?? []).filter(({ protocol }) => protocol === 'tcp').map(({ target }) => target),
    );
}
