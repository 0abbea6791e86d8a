import { createHash } from 'node:crypto';
import type { V1ConfigMap, V1PodSpec } from '@kubernetes/client-node';
import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';

const objects = new WeakMap<IConstruct, Map<string, ApiObject>>();

/**
 * A hash of all ConfigMaps of this app that a pod reads. It is an annotation of the pod, so a changed ConfigMap
 * replaces only the pods that read it.
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
  return contents.length > 0
    ? createHash('sha256').update(JSON.stringify(contents)).digest('hex').slice(0, 12)
    : undefined;
}

/** The ConfigMaps of an app, by namespace and name. They are collected once, when the first pod is rendered. */
function configMaps(root: IConstruct): Map<string, ApiObject> {
  let found = objects.get(root);
  if (!found) {
    const maps = root.node
      .findAll()
      .filter((node): node is ApiObject => ApiObject.isApiObject(node) && node.kind === 'ConfigMap');
    found = new Map(maps.map((map) => [`${map.metadata.namespace ?? ''}/${map.name}`, map]));
    objects.set(root, found);
  }
  return found;
}
