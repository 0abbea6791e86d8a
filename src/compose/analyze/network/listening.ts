import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isFile } from '../../load/files';
import { healthUrl, portOfHealthCheck } from '../health/command';
import { mentionsIn, type Mention } from './hosts';
import { entriesOf, get, itemsOf, numberOf, textOf, type Node } from '../../load/node';
import { commandOf, type Service } from '../../load/service';
import { readPorts, wordsOf, type PortMapping } from '../../load/short-forms';

/** A port in `ports`, and the node that says so. */
export interface Published extends PortMapping {
  readonly node: Node;
  readonly name?: string;
}

/** What a service listens on. */
export interface Listening {
  /** The port on which it serves HTTP. */
  readonly http?: number;
  /** Its other ports, by name. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Ports on which hardly anybody speaks HTTP. */
const NOT_HTTP = new Set([
  21, 22, 23, 25, 53, 110, 143, 389, 465, 587, 636, 993, 1025, 1433, 1521, 1883, 2181, 3306, 4222, 5432, 5672, 6379,
  8883, 9042, 9092, 9300, 11211, 26257, 27017, 50051,
]);
const HTTP_SCHEMES = new Set(['http', 'https', 'ws', 'wss']);

/** The ports that a service publishes. */
export function publishedPorts({ node }: Service): Published[] {
  return itemsOf(get(node, 'ports')).flatMap((item): Published[] => {
    if (item.kind !== 'dict') return (readPorts(textOf(item) ?? '') ?? []).map((port) => ({ ...port, node: item }));
    const published = textOf(get(item, 'published'));
    const text = `${published ? `${published}:` : ''}${textOf(get(item, 'target')) ?? ''}/${textOf(get(item, 'protocol')) ?? 'tcp'}`;
    const [hostIp, name] = [textOf(get(item, 'host_ip')), textOf(get(item, 'name'))];
    return (readPorts(text) ?? []).map((port) => ({
      ...port,
      node: item,
      ...(hostIp && { hostIp }),
      ...(name && { name }),
    }));
  });
}

/** The other names by which a service is found. */
export function aliasesOf({ name, node }: Service): string[] {
  const networks = entriesOf(get(node, 'networks')).flatMap(([, network]) => itemsOf(get(network, 'aliases')));
  return [
    name,
    ...[get(node, 'container_name'), get(node, 'hostname'), ...networks].flatMap((alias) => textOf(alias) ?? []),
  ];
}

/** What a service says of others in its settings and its command. */
export function mentionsOf({ node, env }: Service): Mention[] {
  const words = [...commandOf(get(node, 'command'), wordsOf), ...commandOf(get(node, 'entrypoint'), wordsOf)];
  return [
    ...[...env].flatMap(([name, { value }]) => mentionsIn(String(value), name)),
    ...words.flatMap(({ word }) => mentionsIn(word)),
  ];
}

/** What a service listens on, from everything that is said of it: `mentions` by others and by itself, and whether others need it. */
export function listeningOf(service: Service, mentions: readonly Mention[], isNeeded: boolean): Listening {
  const { known, node, env } = service;
  const tcp = publishedPorts(service).filter(({ protocol }) => protocol === 'tcp');
  const exposed = itemsOf(get(node, 'expose')).flatMap((item) =>
    (readPorts(textOf(item) ?? '') ?? []).filter(({ protocol }) => protocol === 'tcp').map(({ target }) => target),
  );
  const said = [...new Set([...tcp.map(({ target }) => target), ...exposed])];
  const named = new Map(tcp.flatMap(({ name, target }) => (name ? [[target, name] as const] : [])));
  const mentioned = mentions.flatMap(({ port }) => port ?? []);
  if (known?.ports && known.http === undefined)
    return { ports: portNames(known.ports, [...said, ...mentioned], named) };

  const spokenTo = mentions.find(({ scheme }) => scheme && HTTP_SCHEMES.has(scheme));
  const other = mentions.find(({ scheme }) => scheme && !HTTP_SCHEMES.has(scheme));
  const asked = healthUrl(get(node, 'healthcheck', 'test'), aliasesOf(service));
  const own = Number(env.get('PORT')?.value);
  const isHttp = (port: number) => !NOT_HTTP.has(port) && !(other?.port === port);
  const told = [
    known?.http,
    labelledPort(node),
    asked && (said.length === 0 || said.includes(asked.port)) ? asked.port : undefined,
    spokenTo && (spokenTo.port ?? 80),
    ...said.filter((port) => port === own),
    ...said.filter(isHttp),
    said.length === 0 ? portOfHealthCheck(get(node, 'healthcheck', 'test'), aliasesOf(service)) : undefined,
  ];
  const http = told.find((port) => port !== undefined);
  const further = [...said, ...mentioned].filter((port) => port !== http);
  // Whoever names port 80 beside it means HTTP, where the Service has it.
  if (http !== undefined)
    return {
      http,
      ports: portNames(
        known?.ports ?? {},
        further.filter((port) => port !== 80 || said.includes(80)),
        named,
      ),
    };
  if (further.length > 0) return { ports: portNames({}, further, named) };
  if (Number.isInteger(own) && own > 0) return { http: own, ports: {} };
  // A worker may run the image of what it works for: only somebody who needs it shows that it listens.
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

/** The port that traefik is told to send requests to. */
function labelledPort(service: Node): number | undefined {
  const [, port] =
    entriesOf(get(service, 'labels')).find(([key]) =>
      /^traefik\.http\.services\.[^.]+\.loadbalancer\.server\.port$/i.test(key),
    ) ?? [];
  return numberOf(port);
}

/** What the Dockerfile of a service says that it listens on. */
function exposedByDockerfile({ node }: Service): number[] {
  const build = get(node, 'build');
  const context = textOf(get(build, 'context'));
  if (!build || context === undefined) return [];
  const folder = isAbsolute(context) ? context : join(build.spot.base, context);
  const path = join(folder, textOf(get(build, 'dockerfile')) ?? 'Dockerfile');
  if (!isFile(path)) return [];
  const lines = [...readFileSync(path, 'utf8').matchAll(/^\s*EXPOSE\s+(.+)$/gim)];
  return lines
    .flatMap(([, ports = '']) => ports.trim().split(/\s+/))
    .flatMap((port) =>
      (readPorts(port) ?? []).filter(({ protocol }) => protocol === 'tcp').map(({ target }) => target),
    );
}
