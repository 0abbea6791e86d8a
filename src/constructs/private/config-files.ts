import { createHash } from 'node:crypto';
import type { V1ConfigMap, V1PodSpec, V1VolumeMount } from '@kubernetes/client-node';
import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { addObject } from './object';

const objects = new WeakMap<IConstruct, Map<string, ApiObject>>();

/** Puts files into a ConfigMap; returns its name, or nothing when there are no files. */
export function addConfigFiles(
  scope: Construct,
  name: string,
  labels: Record<string, string>,
  files: Readonly<Record<string, string>> = {},
): string | undefined {
  const data = Object.fromEntries(Object.entries(files).map(([path, content]) => [configKey(path), content]));
  if (Object.keys(data).length === 0) return undefined;
  addObject<V1ConfigMap>(scope, 'config-map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });
  return name;
}

/** Each file is mounted by itself, so that it covers nothing else in its folder. */
export function fileMounts(volume: string, files: Readonly<Record<string, string>> = {}): V1VolumeMount[] {
  return Object.keys(files).map((path) => ({ name: volume, mountPath: path, subPath: configKey(path), readOnly: true }));
}

/**
 * A hash of all ConfigMaps of this app that a pod reads. As an annotation of the pod it makes a changed setting
 * replace the pods that read it; others are left alone.
 */
export function configHash(scope: Construct, namespace: string | undefined, pod: V1PodSpec): string | undefined {
  const names = new Set<string>();
  for (const volume of pod.volumes ?? []) if (volume.configMap?.name) names.add(volume.configMap.name);
  const contents = [...names].toSorted().flatMap((name) => {
    const map: V1ConfigMap | undefined = configMaps(scope.node.root)
      .get(`${namespace ?? ''}/${name}`)
      ?.toJson();
    return map ? [[name, map.data, map.binaryData]] : [];
  });
  return contents.length > 0 ? createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 12) : undefined;
}

/** The ConfigMaps of an app by namespace and name; found once, when the first pod is rendered. */
function configMaps(root: IConstruct): Map<string, ApiObject> {
  let found = objects.get(root);
  if (!found) {
    const maps = root.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.kind === 'ConfigMap');
    found = new Map(maps.map((map) => [`${map.metadata.namespace ?? ''}/${map.name}`, map]));
    objects.set(root, found);
  }
  return found;
}

function configKey(path: string): string {
  return path.replace(/^\//, '').replaceAll('/', '.');
}
