import type { V1Service } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { nearest } from '../../../basics/nearest';
import { addressesIn, isName, serviceMeant, type HostAddress } from './hosts';
import { once } from '../once';
import { containersOf, listOf, namespaceOf, type ContainerAt, type Pods, type World } from '../world';

/** A place in a manifest that names a Service of the cluster. */
export interface ObservedCall {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  /** The host as written. */
  readonly host: string;
  readonly port?: number;
  readonly name: string;
  readonly namespace: string;
  /** The Service, if it is in the manifests. */
  readonly service?: V1Service;
  /** The pod that is called, if it belongs to a StatefulSet. */
  readonly pod?: { readonly set: string; readonly ordinal: number };
  /** The pods that call. A ConfigMap and an ExternalName have none. */
  readonly caller?: Pods;
}

/** A string that may contain hosts. */
export interface Text {
  readonly text: string;
  readonly field: FieldPath;
  /** The name of the variable, the flag or the key. */
  readonly label: string;
}

const HOLDS_HOST = /^PGHOST$|(^|_)(HOST|ADDR|ADDRESS)$/i;
const HOLDS_ADDRESS = /(HOSTS?|ADDR(ESS(ES)?)?|UR[LI]|ENDPOINTS?|SERVERS?|BROKERS?|UPSTREAM|BACKEND|TARGET|DSN)$/i;

/** Every place that names a Service in the cluster, including Services that do not exist. */
export const callsOf = once((world): readonly ObservedCall[] => [
  ...podCalls(world),
  ...configCalls(world),
  ...externalNames(world),
]);

function* podCalls(world: World): Generator<ObservedCall> {
  for (const pods of world.pods) {
    const aliases = new Set(listOf(pods.spec.hostAliases).flatMap(({ hostnames }) => listOf(hostnames)));
    for (const at of containersOf(pods)) {
      const ports = portVariables(at);
      for (const text of textsOf(at)) {
        for (const address of addressesOf(text, ports, world, pods.namespace)) {
          const call = aliases.has(address.host) ? undefined : callOf(world, address, pods.namespace);
          if (call) yield { ...call, manifest: pods.manifest, field: text.field, caller: pods };
        }
      }
    }
  }
}

/** The calls in ConfigMaps. A comment and a definition of the name itself are not calls. */
function* configCalls(world: World): Generator<ObservedCall> {
  for (const manifest of world.ofKind('ConfigMap')) {
    const namespace = namespaceOf(manifest.object);
    if (!world.hasPods(namespace)) continue;
    for (const [key, text] of Object.entries(
      (manifest.object.data as Record<string, unknown> | null | undefined) ?? {},
    )) {
      if (typeof text !== 'string') continue;
      const lines = text.includes('\n')
        ? text
            .split('\n')
            .filter((line) => !/^\s*(#|\/\/|;|<!--)/.test(line))
            .join('\n')
        : text;
      for (const address of addressesOf({ text: lines, label: key, field: [] }, new Map(), world, namespace)) {
        if (address.host === 'unix' || new RegExp(`\\bupstream\\s+${address.host}\\b`).test(text)) continue;
        const call = callOf(world, address, namespace);
        if (call) yield { ...call, manifest, field: ['data', key] };
      }
    }
  }
}

function* externalNames(world: World): Generator<ObservedCall> {
  for (const manifest of world.ofKind('Service')) {
    const { type, externalName } = manifest.object.spec ?? {};
    if (
      type !== 'ExternalName' ||
      typeof externalName !== 'string' ||
      !/\.svc(\.cluster\.local)?\.?$/.test(externalName)
    )
      continue;
    const call = callOf(world, { host: externalName.replace(/\.$/, '') }, namespaceOf(manifest.object));
    if (call) yield { ...call, manifest, field: ['spec', 'externalName'] };
  }
}

function callOf(
  world: World,
  { host, port }: Pick<HostAddress, 'host' | 'port'>,
  from: string,
): Omit<ObservedCall, 'manifest' | 'field'> | undefined {
  const meant = serviceMeant(host, from, (name) => world.knowsNamespace(name));
  // The Service of the API server has no manifest.
  if (meant?.name === 'kubernetes' && meant.namespace === 'default') return undefined;
  const service = meant && world.find('Service', meant.namespace, meant.name)?.object;
  return service
    ? { host, port, ...meant, service }
    : (podCallOf(world, host, port, from) ?? (meant && { host, port, ...meant }));
}

/** A call to a pod of a StatefulSet through its headless Service, such as `kafka-0.kafka`. */
function podCallOf(
  world: World,
  host: string,
  port: number | undefined,
  from: string,
): Omit<ObservedCall, 'manifest' | 'field'> | undefined {
  const [, set, ordinal, name = '', namespace = from] =
    /^([^.]+)-(\d+)\.([^.]+)(?:\.([^.]+?))?(?:\.svc(?:\.cluster\.local)?)?$/.exec(host) ?? [];
  const service = world.find('Service', namespace, name)?.object;
  return service?.spec?.clusterIP === 'None'
    ? { host, port, name, namespace, service, pod: { set: set!, ordinal: Number(ordinal) } }
    : undefined;
}

/** The addresses in a string, without duplicates. */
function addressesOf(
  { text, label }: Text,
  ports: ReadonlyMap<string, number>,
  world: World,
  namespace: string,
): HostAddress[] {
  const addresses =
    HOLDS_HOST.test(label) && isName(text)
      ? [{ host: text, port: ports.get(label.replace(/(HOST|ADDR|ADDRESS)$/i, 'PORT')), sure: true }]
      : addressesIn(text);
  const sure = addresses.filter(
    (address) => address.sure || HOLDS_ADDRESS.test(label) || isMisspelt(address.host, world, namespace),
  );
  return [...new Map(sure.map((address) => [`${address.host}:${address.port}`, address])).values()];
}

/** Whether the host is an existing Service, or similar to the name of one. */
function isMisspelt(host: string, world: World, namespace: string): boolean {
  return (
    host.includes('.') ||
    world.find('Service', namespace, host) !== undefined ||
    nearest(host, world.namesOf('Service', namespace)) !== undefined
  );
}

export function textsOf({ container, at }: ContainerAt): Text[] {
  const env = listOf(container.env).map(({ name, value }, i) => ({
    text: value,
    field: [...at, 'env', i, 'value'],
    label: name,
  }));
  const commands = (['command', 'args'] as const).map((key) => ({ words: container[key], field: [...at, key] }));
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
    commands.push({ words: container[probe]?.exec?.command, field: [...at, probe, 'exec', 'command'] });
  for (const hook of ['postStart', 'preStop'] as const)
    commands.push({
      words: container.lifecycle?.[hook]?.exec?.command,
      field: [...at, 'lifecycle', hook, 'exec', 'command'],
    });
  const words = commands.flatMap(({ words: all, field }) =>
    listOf(all).map((text, i) => ({ text, field: [...field, i], label: flagOf(text, listOf(all)[i - 1]) })),
  );
  return [...env, ...words].filter(
    (text): text is typeof text & Text => typeof text.text === 'string' && typeof text.label === 'string',
  );
}

/** The flag of a command-line argument: `--redis-addr=…`, or `--redis-addr` in front of it. */
function flagOf(word: unknown, before: unknown): string {
  const [, own] = /^--?([\w.-]+)=/.exec(String(word)) ?? [];
  const [, flag] = /^--?([\w.-]+)$/.exec(String(before)) ?? [];
  return (own ?? flag ?? '').replaceAll('-', '_');
}

/** Ports in variables. The port of a host is often in a variable with a similar name: DATABASE_HOST, DATABASE_PORT. */
export function portVariables({ container }: ContainerAt): Map<string, number> {
  const numbers = listOf(container.env).map(({ name, value }) => [name, Number(value)] as const);
  return new Map(numbers.filter(([name, port]) => typeof name === 'string' && /PORT$/i.test(name) && port > 0));
}
