import type { FieldPath, Manifest } from '../../../k8s/objects';
import { isText, listOf, type ContainerAt, type Pods, type World } from '../world';

/** An environment variable of a container whose value is in the manifests. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** The object with the value: the workload itself or a ConfigMap. */
  readonly manifest: Manifest;
  readonly field: FieldPath;
  /** Whether the container gets all keys of the ConfigMap, and so perhaps more than it uses. */
  readonly bulk: boolean;
}

/** The environment of a container, as far as the manifests have its values. */
export interface VariableValues {
  readonly known: ReadonlyMap<string, Variable>;
  /** Whether a variable may be set. The value may be unknown, for example that of a Secret. */
  readonly has: (name: string) => boolean;
}

const values = new WeakMap<ContainerAt, VariableValues>();

/** The variables of a container: its own, and those of ConfigMaps in the manifests. */
export function variableValuesOf(world: World, pods: Pods, container: ContainerAt): VariableValues {
  let found = values.get(container);
  if (!found) values.set(container, (found = readVariables(world, pods, container)));
  return found;
}

function readVariables(world: World, pods: Pods, { container, at }: ContainerAt): VariableValues {
  const known = new Map<string, Variable>();
  const hidden = new Set<string>();
  let complete = true;
  for (const { prefix, configMapRef, secretRef } of listOf(container.envFrom)) {
    const manifest = isText(configMapRef?.name)
      ? world.find('ConfigMap', pods.namespace, configMapRef.name)
      : undefined;
    if (!manifest || secretRef) complete = false;
    for (const [key, value] of Object.entries(manifest?.object.data ?? {})) {
      const name = `${prefix ?? ''}${key}`;
      if (typeof value === 'string')
        known.set(name, { name, value, manifest: manifest!, field: ['data', key], bulk: true });
    }
  }
  for (const [i, { name, value, valueFrom }] of listOf(container.env).entries()) {
    if (typeof name !== 'string') continue;
    known.delete(name);
    hidden.add(name);
    if (typeof value === 'string') {
      known.set(name, { name, value, manifest: pods.manifest, field: [...at, 'env', i, 'value'], bulk: false });
      continue;
    }
    const { name: map, key } = valueFrom?.configMapKeyRef ?? {};
    const manifest = isText(map) ? world.find('ConfigMap', pods.namespace, map) : undefined;
    const text: unknown = key === undefined ? undefined : manifest?.object.data?.[key];
    if (manifest && typeof text === 'string')
      known.set(name, { name, value: text, manifest, field: ['data', key!], bulk: false });
  }
  return { known, has: (name) => !complete || known.has(name) || hidden.has(name) };
}
