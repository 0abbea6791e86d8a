import { entriesOf, itemsOf, nodeAt, numberOf, textOf, type ComposeNode } from '../../load/node';
import { commandOf, type ComposeService } from '../../load/service';
import { readPorts, type PortMapping } from '../../load/short-forms';
import { healthUrl, portOfHealthCheck } from '../health/command';
import { runsServer } from '../runs-server';
import type { ImageFacts } from '../../load/images/facts';
import { mentionsIn, type HostMention } from './hosts';
import { HTTP_SCHEMES, speaksHttp } from './protocols';

/** A port in `ports`, and its node. */
export interface Published extends PortMapping {
  readonly node: ComposeNode;
  readonly name?: string;
}

/** The ports that a service listens on. */
export interface ListeningPorts extends FurtherPorts {
  /** The port on which it serves HTTP. */
  readonly http?: number;
}

/** The ports of a service except that of HTTP, by name. */
export interface FurtherPorts {
  readonly ports: Readonly<Record<string, number>>;
  readonly udpPorts: Readonly<Record<string, number>>;
}

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
export function aliasesOf(service: ComposeService): string[] {
  const { name, node } = service;
  const own = [nodeAt(node, 'container_name'), nodeAt(node, 'hostname')].flatMap((alias) => textOf(alias) ?? []);
  return [name, ...own, ...networkAliases(service)];
}

/** The names that a service has in its networks. */
export function networkAliases({ node }: ComposeService): string[] {
  return entriesOf(nodeAt(node, 'networks'))
    .flatMap(([, network]) => itemsOf(nodeAt(network, 'aliases')))
    .flatMap((alias) => textOf(alias) ?? []);
}

/** The hosts in the settings and the commands of a service. */
export function mentionsOf({ node, env }: ComposeService): HostMention[] {
  const words = [...commandOf(nodeAt(node, 'command')), ...commandOf(nodeAt(node, 'entrypoint'))];
  return [
    ...[...env].flatMap(([name, { value }]) => mentionsIn(String(value), name)),
    ...words.flatMap(({ word }) => mentionsIn(word)),
  ];
}

/** The ports that a service publishes or exposes over one protocol, each with its name in the file. */
function declaredPorts(service: ComposeService, wanted: 'tcp' | 'udp'): Map<number, string | undefined> {
  const isWanted = ({ protocol }: PortMapping) => protocol === wanted;
  const exposed = itemsOf(nodeAt(service.node, 'expose')).flatMap((item) => readPorts(textOf(item) ?? '') ?? []);
  const names = new Map(
    publishedPorts(service)
      .filter(isWanted)
      .map(({ target, name }) => [target, name]),
  );
  for (const { target } of exposed.filter(isWanted)) if (!names.has(target)) names.set(target, undefined);
  return names;
}

/** The ports that a service listens on. `mentions` are the texts that name it, `isNeeded` is whether others depend on it. */
export function listeningOf(
  service: ComposeService,
  mentions: readonly HostMention[],
  isNeeded: boolean,
): ListeningPorts {
  const declared = declaredPorts(service, 'udp');
  const called = mentions.flatMap(({ scheme, port }) => (scheme?.startsWith('udp') && port) || []);
  const udp = new Set([...declared.keys(), ...called]);
  // A text without a scheme does not show the protocol of its port.
  const others = mentions.filter(({ scheme = '', port }) => !port || HTTP_SCHEMES.has(scheme) || !udp.has(port));
  const tcp = tcpListening(service, others, isNeeded || mentions.length > 0);
  return { ...tcp, udpPorts: portNames({}, [...udp], declared, tcp.ports, 'udp') };
}

function tcpListening(
  service: ComposeService,
  mentions: readonly HostMention[],
  isNeeded: boolean,
): Omit<ListeningPorts, 'udpPorts'> {
  const { env } = service;
  // A program that is not the server of the image, such as a backup, has none of its ports.
  const known = runsServer(service) ? service.known : undefined;
  const named = declaredPorts(service, 'tcp');
  const declared = [...named.keys()];
  const mentioned = mentions.flatMap(({ port }) => port ?? []);
  if (known?.ports && known.http === undefined)
    return { ports: portNames(known.ports, [...declared, ...mentioned], named) };

  const isHttp = speaksHttp(service, mentions, declaredPorts(service, 'udp').keys());
  const http = httpPort(service, known, { declared, mentions, isHttp });
  const further = [...declared, ...mentioned].filter((port) => port !== http);
  if (http !== undefined) {
    const others = Object.entries(known?.ports ?? {}).filter(([, port]) => port !== http);
    // A server with a page and an API has both ports, whichever of them the file publishes.
    const usual = known?.http !== undefined && known.ports ? [known.http] : [];
    // A mention of port 80 means HTTP, because the Service has HTTP on that port.
    const all = [...further, ...usual].filter((port) => port !== http && (port !== 80 || declared.includes(80)));
    return { http, ports: portNames(Object.fromEntries(others), all, named) };
  }
  if (further.length > 0) return { ports: portNames({}, further, named) };
  const own = Number(env.get('PORT')?.value);
  if (Number.isInteger(own) && own > 0) return { http: own, ports: {} };
  // A worker can share the image of a server. So EXPOSE counts only if another service needs this one.
  const fromImage = isNeeded ? exposedByDockerfile(service) : [];
  const [first, ...rest] = [...fromImage.filter(isHttp), ...fromImage.filter((port) => !isHttp(port))];
  if (first === undefined) return { ports: {} };
  return isHttp(first)
    ? { http: first, ports: portNames({}, rest, named) }
    : { ports: portNames({}, [first, ...rest], named) };
}

interface Signs {
  /** The ports that the file publishes or exposes. */
  readonly declared: readonly number[];
  readonly mentions: readonly HostMention[];
  readonly isHttp: (port: number) => boolean;
}

/** The port for HTTP. What the file publishes has priority over what the image and the callers suggest. */
function httpPort(
  service: ComposeService,
  known: ImageFacts | undefined,
  { declared, mentions, isHttp }: Signs,
): number | undefined {
  const { node, env } = service;
  const called = mentions.filter(({ scheme }) => HTTP_SCHEMES.has(scheme ?? '')).map(({ port }) => port ?? 80);
  const test = nodeAt(node, 'healthcheck', 'test');
  const checked = healthUrl(test, aliasesOf(service))?.port ?? portOfHealthCheck(test, aliasesOf(service));
  const own = Number(env.get('PORT')?.value);
  const isDeclared = (port: number | undefined) => port !== undefined && declared.includes(port);
  const candidates = [
    labelledPort(node),
    ...[known?.http, checked, own, ...called].filter(isDeclared),
    ...declared.filter(isHttp),
    // Without a port for HTTP, the file may publish only a port for a debugger.
    ...called,
    ...(declared.length === 0 ? [checked, known?.http] : []),
  ];
  return candidates.find((port) => port !== undefined);
}

function portNames(
  known: Readonly<Record<string, number>>,
  further: readonly number[],
  named: ReadonlyMap<number, string | undefined>,
  taken: Readonly<Record<string, number>> = {},
  prefix = 'port',
): Record<string, number> {
  const names: Record<string, number> = { ...known };
  const numbers = new Set(Object.values(names));
  for (const port of further) {
    if (numbers.has(port)) continue;
    numbers.add(port);
    const name = named.get(port)?.toLowerCase();
    names[
      name && /^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name) && !(name in { http: 0, ...taken, ...names })
        ? name
        : `${prefix}-${port}`
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
  return (build?.contents?.exposed ?? []).map(({ port }) => port).filter((port) => Number.isInteger(port));
}
