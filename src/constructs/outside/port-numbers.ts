import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { ApiObject } from 'cdk8s';
import { matches, type Labels } from '../../k8s/selector';

/** The kinds with a pod template in their spec. */
const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod']);

/**
 * The numbers of a named port in the pods that a Service of the app selects. Not all network plugins know the ports of
 * other pods by name. The name itself if no such pod is in the app.
 */
export function portNumbers(service: ApiObject, matchLabels: Labels, name: string): readonly (number | string)[] {
  const numbers = new Set<number>();
  for (const object of service.node.root.node.findAll()) {
    if (!ApiObject.isApiObject(object) || !WORKLOADS.has(object.kind)) continue;
    if (object.metadata.namespace !== service.metadata.namespace) continue;
    const { metadata, spec } = templateOf(object);
    if (!matches({ matchLabels }, metadata?.labels ?? {})) continue;
    for (const { ports = [] } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])])
      for (const port of ports) if (port.name === name) numbers.add(port.containerPort);
  }
  return numbers.size > 0 ? [...numbers] : [name];
}

function templateOf(object: ApiObject): V1PodTemplateSpec {
  const pod = object.toJson() as V1Pod & { spec?: { template?: V1PodTemplateSpec } };
  return object.kind === 'Pod' ? pod : (pod.spec?.template ?? {});
}
