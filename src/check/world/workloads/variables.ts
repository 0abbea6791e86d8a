import { variableName } from '../../../k8s/names';
import { valueAt } from '../../../k8s/objects';
import type { ManifestOf } from '../kinds';
import { once } from '../once';
import { isText, listOf, servicesIn, type ContainerAt, type Pods, type World } from '../world';

/** The variables of a container, before Kubernetes adds those of Services. */
export interface ContainerVariables {
  /** The position of the first variable of each name in `env`. Variables from `envFrom` have the position -1. */
  readonly positions: ReadonlyMap<string, number>;
  /** Whether these are all variables. The keys of an object outside the manifests are unknown. */
  readonly complete: boolean;
}

/** The variables that `env` and `envFrom` of a container set. */
export function variablesOf(world: World, pods: Pods, { container }: ContainerAt): ContainerVariables {
  const positions = new Map<string, number>();
  let complete = !hasInjectedVariables(pods);
  for (const { prefix, configMapRef, secretRef } of listOf(container.envFrom)) {
    const keys = configMapRef
      ? keysOfConfigMap(world, pods.namespace, configMapRef.name)
      : keysOfSecret(world, pods.namespace, secretRef?.name);
    if (!keys) complete = false;
    for (const key of keys ?? []) positions.set(`${prefix ?? ''}${key}`, -1);
  }
  for (const [i, { name }] of listOf(container.env).entries())
    if (isText(name) && !positions.has(name)) positions.set(name, i);
  return { positions, complete };
}

/** The variables of a container whose values come from ConfigMaps among the manifests. */
export function* configuredVariables(
  world: World,
  { namespace }: Pods,
  { container }: ContainerAt,
): Generator<{ readonly map: ManifestOf<'ConfigMap'>; readonly key: string; readonly variable: string }> {
  for (const { prefix, configMapRef } of listOf(container.envFrom)) {
    const map = isText(configMapRef?.name) ? world.find('ConfigMap', namespace, configMapRef.name) : undefined;
    for (const key of Object.keys(map?.object.data ?? {})) yield { map: map!, key, variable: `${prefix ?? ''}${key}` };
  }
  for (const { name: variable, valueFrom } of listOf(container.env)) {
    const { name, key } = valueFrom?.configMapKeyRef ?? {};
    const map = isText(name) ? world.find('ConfigMap', namespace, name) : undefined;
    if (map && isText(key) && isText(variable)) yield { map, key, variable };
  }
}

/** The Service for which Kubernetes sets a variable such as `WEB_SERVICE_HOST`, if it is in the manifests. */
export function serviceOfVariable(world: World, namespace: string, variable: string): string | undefined {
  return variable.startsWith('KUBERNETES_') ? 'kubernetes' : serviceVariables(world).get(namespace)?.get(variable);
}

/** Whether Kubernetes sets a variable of this name for some Service. The Service may not be in the manifests. */
export function mayBeOfService({ spec }: Pods, variable: string): boolean {
  return (
    spec.enableServiceLinks !== false &&
    /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT|PORT_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)$/.test(variable)
  );
}

/** The variables that Kubernetes sets for the Services with an IP address, by namespace, with the name of the Service. */
const serviceVariables = once((world) => {
  const all = new Map<string, Map<string, string>>();
  for (const { manifest, namespace, spec } of servicesIn(world)) {
    if (spec.clusterIP === 'None' || spec.type === 'ExternalName') continue;
    const variables = all.get(namespace) ?? new Map<string, string>();
    all.set(namespace, variables);
    const { name } = manifest.object.metadata;
    const prefix = variableName(name).replace(/^(?=\d)/, '_');
    const names = [`${prefix}_SERVICE_HOST`, `${prefix}_SERVICE_PORT`, `${prefix}_PORT`];
    for (const port of listOf(spec.ports)) {
      if (isText(port.name)) names.push(`${prefix}_SERVICE_PORT_${variableName(port.name)}`);
      const address = `${prefix}_PORT_${port.port}_${port.protocol ?? 'TCP'}`;
      names.push(address, ...['ADDR', 'PORT', 'PROTO'].map((part) => `${address}_${part}`));
    }
    for (const variable of names) variables.set(variable, name);
  }
  return all;
});

/** Whether a program in the cluster adds variables to these pods: annotations ask for it. */
function hasInjectedVariables({ manifest, at }: Pods): boolean {
  const annotations = valueAt(manifest.object, [...at.slice(0, -1), 'metadata', 'annotations']);
  return Object.keys(annotations ?? {}).some((key) => /inject|^dapr\.io\//.test(key));
}

function keysOfConfigMap(world: World, namespace: string, name: unknown): readonly string[] | undefined {
  const map = isText(name) ? world.find('ConfigMap', namespace, name) : undefined;
  return map && Object.keys(map.object.data ?? {});
}

function keysOfSecret(world: World, namespace: string, name: unknown): readonly string[] | undefined {
  if (!isText(name)) return undefined;
  const secret = world.find('Secret', namespace, name)?.object;
  return secret
    ? [...Object.keys(secret.data ?? {}), ...Object.keys(secret.stringData ?? {})]
    : world.secretMadeInCluster(namespace, name)?.keys;
}
