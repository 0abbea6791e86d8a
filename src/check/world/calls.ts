import type { V1Service } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../../k8s/objects';
import { nearest } from '../../basics/nearest';
import { addressesIn, isName, serviceMeant, type Address } from './hosts';
import { once } from './once';
import { containersOf, list, namespaceOf, type ContainerAt, type Pods, type World } from './world';

/** A place that names a Service of the cluster. */
export interface ObservedCall {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  /** As it stands there. */
  readonly host: string;
  readonly port?: number;
  readonly name: string;
  readonly namespace: string;
  /** The Service, when it is among the manifests. */
  readonly service?: V1Service;
  /** The pod that is meant, where it is one of a StatefulSet. */
  readonly pod?: { readonly set: string; readonly ordinal: number };
  /** Who calls; none for what only lies in a ConfigMap or an ExternalName. */
  readonly caller?: Pods;
}

/** A text that may name hosts: by what it is called, it may be sure to. */
interface Text {
  readonly text: string;
  readonly field: FieldPath;
  /** What names it: a variable, a flag, a key. */
  readonly label: string;
}

const HOLDS_HOST = /^PGHOST$|(^|_)(HOST|ADDR|ADDRESS)$/i;
const HOLDS_ADDRESS = /(HOSTS?|ADDR(ESS(ES)?)?|UR[LI]|ENDPOINTS?|SERVERS?|BROKERS?|UPSTREAM|BACKEND|TARGET|DSN)$/i;

/** Every place that names a Service in the cluster, whether it is there or not. */
export const callsOf = once((world): readonly ObservedCall[] => [
  ...podCalls(world),
  ...configCalls(world),
  ...externalNames(world),
]);

function* podCalls(world: World): Generator<ObservedCall> {
  for (const pods of world.pods) {
    const aliases = new Set(list(pods.spec.hostAliases).flatMap(({ hostnames }) => list(hostnames)));
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

/** A ConfigMap is read by programs of its namespace; a line that is a comment, or defines the name itself, calls nobody. */
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
    const { type, externalName } = (manifest.object as V1Service).spec ?? {};
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
  { host, port }: Pick<Address, 'host' | 'port'>,
  from: string,
): Omit<ObservedCall, 'manifest' | 'field'> | undefined {
  const meant = serviceMeant(host, from, (name) => world.knowsNamespace(name));
  // The API server's own Service is there without a manifest.
  if (meant?.name === 'kubernetes' && meant.namespace === 'default') return undefined;
  const service = meant && (world.find('Service', meant.namespace, meant.name)?.object as V1Service | undefined);
  return service
    ? { host, port, ...meant, service }
    : (podCallOf(world, host, port, from) ?? (meant && { host, port, ...meant }));
}

/** A pod of a StatefulSet is called by its headless Service: kafka-0.kafka. */
function podCallOf(
  world: World,
  host: string,
  port: number | undefined,
  from: string,
): Omit<ObservedCall, 'manifest' | 'field'> | undefined {
  const [, set, ordinal, name = '', namespace = from] =
    /^([^.]+)-(\d+)\.([^.]+)(?:\.([^.]+?))?(?:\.svc(?:\.cluster\.local)?)?$/.exec(host) ?? [];
  const service = world.find('Service', namespace, name)?.object as V1Service | undefined;
  return service?.spec?.clusterIP === 'None'
    ? { host, port, name, namespace, service, pod: { set: set!, ordinal: Number(ordinal) } }
    : undefined;
}

/** What a text calls, each once. */
function addressesOf(
  { text, label }: Text,
  ports: ReadonlyMap<string, number>,
  world: World,
  namespace: string,
): Address[] {
  const addresses =
    HOLDS_HOST.test(label) && isName(text)
      ? [{ host: text, port: ports.get(label.replace(/(HOST|ADDR|ADDRESS)$/i, 'PORT')), sure: true }]
      : addressesIn(text);
  const sure = addresses.filter(
    (address) => address.sure || HOLDS_ADDRESS.test(label) || isMisspelt(address.host, world, namespace),
  );
  return [...new Map(sure.map((address) => [`${address.host}:${address.port}`, address])).values()];
}

/** Whether it looks like the name of a Service that is there, or is one. */
function isMisspelt(host: string, world: World, namespace: string): boolean {
  return (
    host.includes('.') ||
    world.find('Service', namespace, host) !== undefined ||
    nearest(host, world.namesOf('Service', namespace)) !== undefined
  );
}

function textsOf({ container, at }: ContainerAt): Text[] {
  const env = list(container.env).map(({ name, value }, i) => ({
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
    list(all).map((text, i) => ({ text, field: [...field, i], label: flagOf(text, list(all)[i - 1]) })),
  );
  return [...env, ...words].filter(
    (text): text is typeof text & Text => typeof text.text === 'string' && typeof text.label === 'string',
  );
}

/** The flag that a word of a command line is the value of: `--redis-addr=…`, or `--redis-addr` before it. */
function flagOf(word: unknown, before: unknown): string {
  const [, own] = /^--?([\w.-]+)=/.exec(String(word)) ?? [];
  const [, flag] = /^--?([\w.-]+)$/.exec(String(before)) ?? [];
  return (own ?? flag ?? '').replaceAll('-', '_');
}

/** A host mostly has its port in a variable beside it: DATABASE_HOST, DATABASE_PORT. */
function portVariables({ container }: ContainerAt): Map<string, number> {
  const numbers = list(container.env).map(({ name, value }) => [name, Number(value)] as const);
  return new Map(numbers.filter(([name, port]) => typeof name === 'string' && /PORT$/i.test(name) && port > 0));
}
