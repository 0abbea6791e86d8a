import type { V1Service } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { nearest } from '../../../basics/nearest';
import { commandsOf } from '../workloads/commands';
import { references } from '../workloads/references';
import { variableValuesOf, type Variable, type VariableValues } from '../workloads/variable-values';
import { hostsOfScript, hostsOfWords, type CommandContext } from './commands';
import { addressesInFile, isSettings } from './config-files';
import { isName, serviceMeant, type HostAddress } from './hosts';
import { flagOf, holdsAddress, labeledAddresses, portVariables, type LabeledText } from './labels';
import { meshDestinations } from './mesh';
import { UNKNOWN } from './shell';
import { declared } from '../declared';
import { placesAt } from '../places';
import { once } from '../once';
import { hasOwnPort, hostsCompletedLater, isCompleted, isOfProgramWithOwnPort } from './own-ports';
import { containersOf, listOf, namespaceOf, type Pods, type World } from '../world';

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
  /** The pods that certainly call. An ExternalName has none, nor a ConfigMap that several workloads read as a whole. */
  readonly callers: readonly Pods[];
  /** Whether the pods only resolve the name, and send nothing to a port. */
  readonly lookup?: boolean;
}

interface Address extends Omit<HostAddress, 'sure'> {
  readonly lookup?: boolean;
}

/** How pods read a key of a ConfigMap. */
interface Reader {
  readonly pods: Pods;
  /** The variable with the value of the key. A file has none. */
  readonly variable?: Variable;
  readonly ports: ReadonlyMap<string, number>;
}

/** Every place that names a Service in the cluster, including Services that do not exist. */
export const callsOf = once((world): readonly ObservedCall[] => [
  ...podCalls(world),
  ...configCalls(world),
  ...externalNames(world),
  ...meshCalls(world),
]);

/** The calls in the variables and commands of containers. */
function* podCalls(world: World): Generator<ObservedCall> {
  for (const pods of world.pods) {
    const own = ownNames(pods);
    for (const at of containersOf(pods)) {
      const variables = variableValuesOf(world, pods, at);
      const found: { field: FieldPath; addresses: readonly Address[] }[] = [];
      const ports = portsIn(variables);
      const commands = commandsOf(at);
      const texts = [...variables.known.values()].map(({ value }) => value);
      for (const { text } of commands.flat()) if (text !== undefined) texts.push(text);
      const ownPort = hasOwnPort(at.container);
      const read = (labeled: LabeledText) =>
        addressesOf(labeled, ports, world, pods.namespace).map((address) =>
          address.assumed && (ownPort || texts.some((text) => isCompleted(labeled.label, text)))
            ? { ...address, port: undefined }
            : address,
        );
      for (const { name, value, manifest, field } of variables.known.values())
        if (manifest === pods.manifest) found.push({ field, addresses: read({ text: value, label: name }) });
      // A word may contain the value of a variable that is found already.
      const named = new Set(found.flatMap(({ addresses }) => addresses.map(keyOf)));
      const context = contextOf(pods, variables);
      for (const words of commands) {
        const hosts = hostsOfWords(
          words.map(({ text }) => expand(text, context)),
          context,
        );
        for (const [i, { text, field }] of words.entries()) {
          if (text === undefined) continue;
          const label = flagOf(text, words[i - 1]?.text);
          const called = hosts.filter((host) => host.word === i && !named.has(keyOf(host)));
          const addresses = [...read({ text, label }), ...called];
          found.push({ field, addresses });
          for (const address of addresses) named.add(keyOf(address));
        }
      }
      for (const { field, addresses } of found) {
        for (const address of distinct(addresses)) {
          const call = own.has(address.host) ? undefined : callOf(world, address, pods.namespace);
          if (call) yield { ...call, manifest: pods.manifest, field, callers: [pods] };
        }
      }
    }
  }
}

/** The calls in ConfigMaps. A comment and a definition of the name itself are not calls. */
function* configCalls(world: World): Generator<ObservedCall> {
  const readers = readersOf(world);
  for (const manifest of world.ofKind('ConfigMap')) {
    const namespace = namespaceOf(manifest.object);
    if (!world.hasPods(namespace)) continue;
    const data: Record<string, unknown> = manifest.object.data ?? {};
    const ports = portVariables(Object.entries(data));
    let upstreams: Set<string> | undefined;
    for (const [key, text] of Object.entries(data)) {
      // Knative and KServe document their settings in the key _example. Nothing reads it.
      if (typeof text !== 'string' || key.startsWith('_example')) continue;
      const reading = [...(readers.get(manifest)?.get(key) ?? []), ...(readers.get(manifest)?.get('') ?? [])];
      const addresses = distinct([
        ...addressesOfKey(key, text, ports, world, namespace),
        ...reading.flatMap(({ variable, ports: around }) =>
          variable ? addressesOf({ text, label: variable.name }, around, world, namespace) : [],
        ),
      ]);
      if (addresses.length === 0) continue;
      const own = new Set(reading.flatMap(({ pods }) => [...ownNames(pods)]));
      upstreams ??= upstreamsIn(data);
      const certain = reading.filter(({ variable }) => variable?.bulk === false).map(({ pods }) => pods);
      const all = new Set(reading.map(({ pods }) => pods));
      const callers =
        all.size === 1 && reading.every(({ variable }) => variable || isSettings(key)) ? all : new Set(certain);
      const later = hostsCompletedLater(text);
      for (const address of addresses) {
        if (address.host === 'unix' || own.has(address.host) || upstreams.has(address.host)) continue;
        const isOpen = address.assumed && (isOfProgramWithOwnPort(key) || later.has(address.host));
        const call = callOf(world, isOpen ? { ...address, port: undefined } : address, namespace);
        if (!call) continue;
        // The address of a program itself is for its clients.
        const others = [...callers].filter((pods) => !behind(world, call).includes(pods));
        yield { ...call, manifest, field: ['data', key], callers: others };
      }
    }
  }
}

function behind(world: World, { service, namespace }: Pick<ObservedCall, 'service' | 'namespace'>): readonly Pods[] {
  const { selector } = service?.spec ?? {};
  return selector ? world.select(namespace, { matchLabels: selector }) : [];
}

function addressesOfKey(
  key: string,
  text: string,
  ports: ReadonlyMap<string, number>,
  world: World,
  namespace: string,
): Address[] {
  const lines = text.includes('\n')
    ? text
        .split('\n')
        .filter((line) => !/^\s*(#|\/\/|;|<!--)/.test(line))
        .join('\n')
    : text;
  const script = key.endsWith('.sh') || /^#!.*\b(ba|da|a)?sh\b/.test(text);
  return [
    ...addressesOf({ text: lines, label: key }, ports, world, namespace),
    ...(script
      ? hostsOfScript(text, { namespace, valueOf: () => undefined, has: () => true })
      : addressesInFile(key, lines)),
  ];
}

/** The names that nginx defines in some file of a ConfigMap. */
function upstreamsIn(data: Record<string, unknown>): Set<string> {
  const names = Object.values(data).flatMap((text) =>
    typeof text === 'string'
      ? [...text.matchAll(/\bupstream\s+([\w.-]+)/g)].map(([, name]) => name!.toLowerCase())
      : [],
  );
  return new Set(names);
}

/** The pods that read the keys of ConfigMaps. Pods that mount all keys are under the empty key. */
function readersOf(world: World): Map<Manifest, Map<string, Reader[]>> {
  const readers = new Map<Manifest, Map<string, Reader[]>>();
  const add = (manifest: Manifest, key: string, reader: Reader): void => {
    const keys = readers.get(manifest) ?? new Map<string, Reader[]>();
    readers.set(manifest, keys);
    keys.set(key, [...(keys.get(key) ?? []), reader]);
  };
  for (const pods of world.pods) {
    for (const at of containersOf(pods)) {
      const variables = variableValuesOf(world, pods, at);
      const ports = portsIn(variables);
      for (const variable of variables.known.values())
        if (variable.manifest !== pods.manifest)
          add(variable.manifest, String(variable.field[1]), { pods, variable, ports });
    }
    for (const { name, key = '', field } of references(pods, 'ConfigMap')) {
      const manifest = field.includes('volumes') ? world.find('ConfigMap', pods.namespace, name) : undefined;
      if (manifest) add(manifest, key, { pods, ports: new Map() });
    }
  }
  return readers;
}

function contextOf(pods: Pods, { known, has }: VariableValues): CommandContext {
  return {
    namespace: pods.namespace,
    has,
    valueOf: (name) => {
      const value = known.get(name)?.value;
      return value?.includes('$(') ? undefined : value;
    },
  };
}

/** A word after Kubernetes replaced the variables in it. */
function expand(text: string | undefined, { valueOf }: CommandContext): string {
  return (text ?? UNKNOWN).replace(
    /^\$\((\w+)\)$|(?<!\$)\$\((\w+)\)(?=[:/]|$)/g,
    (reference, whole, part) => valueOf(whole ?? part) ?? reference,
  );
}

function portsIn({ known }: VariableValues): Map<string, number> {
  return portVariables([...known.values()].map(({ name, value }) => [name, value] as const));
}

/** The names that resolve in the pods themselves. */
function ownNames({ manifest, spec }: Pods): Set<string> {
  return new Set([
    ...listOf(spec.hostAliases).flatMap(({ hostnames }) => listOf(hostnames)),
    ...(typeof spec.hostname === 'string' ? [spec.hostname] : []),
    ...(manifest.object.kind === 'Pod' ? [manifest.object.metadata.name] : []),
  ]);
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
    if (call) yield { ...call, manifest, field: ['spec', 'externalName'], callers: [] };
  }
}

/** The Services that the routes of Istio name. A host of a ServiceEntry has no Service. */
function* meshCalls(world: World): Generator<ObservedCall> {
  const entries = new Set(
    declared(world, 'ServiceEntry.networking.istio.io').flatMap(({ object }) =>
      placesAt(object, 'spec.hosts[]').map(({ value }) => value),
    ),
  );
  for (const { manifest, field, host, port } of meshDestinations(world)) {
    const namespace = namespaceOf(manifest.object);
    // Without Services in the namespace, they are in other manifests.
    if (!isName(host) || entries.has(host) || world.namesOf('Service', namespace).length === 0) continue;
    const call = callOf(world, { host, port }, namespace);
    if (call && (call.service ?? isMeshMistake(world, call, manifest))) yield { ...call, manifest, field, callers: [] };
  }
}

/** Whether an unknown Service is a mistake. Istio's own Services, and those of other namespaces, are often elsewhere. */
function isMeshMistake(
  world: World,
  { name, namespace }: Pick<ObservedCall, 'name' | 'namespace'>,
  { object }: Manifest,
): boolean {
  // Without a namespace in the manifests, another tool adds it.
  if (world.ofKind('Service').some(({ object: { metadata } }) => metadata.name === name && !metadata.namespace))
    return false;
  const isOwn = namespace === object.metadata.namespace && namespace !== 'istio-system';
  return isOwn || nearest(name, world.namesOf('Service', namespace)) !== undefined;
}

function callOf(
  world: World,
  { host, port, lookup }: Address,
  from: string,
): Omit<ObservedCall, 'manifest' | 'field' | 'callers'> | undefined {
  const meant = serviceMeant(host, from, (name) => world.knowsNamespace(name));
  // The Service of the API server has no manifest.
  if (meant?.name === 'kubernetes' && meant.namespace === 'default') return undefined;
  const service = meant && world.find('Service', meant.namespace, meant.name)?.object;
  const call = service
    ? { host, port, ...meant, service }
    : (podCallOf(world, host, port, from) ?? (meant && { host, port, ...meant }));
  return call && lookup ? { ...call, lookup } : call;
}

/** A call to a pod of a StatefulSet through its headless Service, such as `kafka-0.kafka`. */
function podCallOf(
  world: World,
  host: string,
  port: number | undefined,
  from: string,
): Omit<ObservedCall, 'manifest' | 'field' | 'callers'> | undefined {
  const [, set, ordinal, name = '', namespace = from] =
    /^([^.]+)-(\d+)\.([^.]+)(?:\.([^.]+?))?(?:\.svc(?:\.cluster\.local)?)?$/.exec(host) ?? [];
  const service = world.find('Service', namespace, name)?.object;
  return service?.spec?.clusterIP === 'None'
    ? { host, port, name, namespace, service, pod: { set: set!, ordinal: Number(ordinal) } }
    : undefined;
}

/** The addresses in a string. A `host:port` that may be something else counts if it is similar to a Service. */
function addressesOf(
  text: LabeledText,
  ports: ReadonlyMap<string, number>,
  world: World,
  namespace: string,
): HostAddress[] {
  return labeledAddresses(text, ports).filter(
    ({ sure, host }) => sure || holdsAddress(text.label) || isMisspelt(host, world, namespace),
  );
}

/** Addresses without duplicates. A host without a port is the same as the host with a port. */
function distinct(addresses: readonly Address[]): Address[] {
  if (addresses.length < 2) return [...addresses];
  const withPort = new Set(addresses.flatMap(({ host, port }) => (port === undefined ? [] : [host])));
  const kept = addresses.filter(({ host, port }) => port !== undefined || !withPort.has(host));
  // A connection says more than a lookup.
  const byAddress = new Map<string, Address>();
  for (const address of kept) {
    const id = keyOf(address);
    if (!byAddress.has(id) || !address.lookup) byAddress.set(id, address);
  }
  return [...byAddress.values()];
}

function keyOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** Whether the host is an existing Service, or similar to the name of one. */
function isMisspelt(host: string, world: World, namespace: string): boolean {
  return (
    host.includes('.') ||
    world.find('Service', namespace, host) !== undefined ||
    nearest(host, world.namesOf('Service', namespace)) !== undefined
  );
}
