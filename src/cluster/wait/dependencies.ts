import { enabledSecretsOf, filledConfigMapsOf, generatedSecretsOf, partsBefore } from '../../k8s/annotated-objects';
import { identityOf, type KubeObject } from '../../k8s/objects';
import type { Graph } from '../../links/graph';
import { wavesOf } from '../apply/waves';

/** For each object, the objects that must be ready first. Objects that call each other do not wait for each other. */
export function dependenciesOf(objects: readonly KubeObject[], graph: Graph): ReadonlyMap<string, readonly string[]> {
  const edges = [...callsBetween(objects, graph), ...secretsBetween(objects), ...tasksBetween(objects)];
  const waves = wavesOf(objects.map(identityOf), edges);
  const wave = new Map(waves.flatMap((names, i) => names.map((name) => [name, i] as const)));
  const result = new Map<string, string[]>();
  for (const { from, to } of edges)
    if (wave.get(to)! < wave.get(from)!) result.set(from, [...(result.get(from) ?? []), to]);
  return result;
}

interface Edge {
  readonly from: string;
  readonly to: string;
}

function callsBetween(objects: readonly KubeObject[], { nodes, edges }: Graph): Edge[] {
  const byName = new Map<string, string[]>();
  for (const object of objects) {
    if (object.kind === 'Job') continue;
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    byName.set(key, [...(byName.get(key) ?? []), identityOf(object)]);
  }
  const byId = new Map(nodes.map(({ id, name, namespace }) => [id, byName.get(`${namespace}/${name}`) ?? []]));
  return edges
    .filter(({ isOrder }) => !isOrder)
    .flatMap(({ from, to }) =>
      (byId.get(from) ?? []).flatMap((caller) => (byId.get(to) ?? []).map((callee) => ({ from: caller, to: callee }))),
    );
}

/** A pod waits for a Secret that a Job of the release creates, and for the login in it. */
function secretsBetween(objects: readonly KubeObject[]): Edge[] {
  const makers = objects.flatMap((object) => {
    return [...generatedSecretsOf(object), ...enabledSecretsOf(object)].map(([name]) => ({ object, name }));
  });
  if (makers.length === 0) return [];
  return objects.flatMap((reader) => {
    const text = JSON.stringify(reader.spec ?? {});
    return makers
      .filter(
        ({ object, name }) =>
          object !== reader &&
          object.metadata.namespace === reader.metadata.namespace &&
          (text.includes(`"name":${JSON.stringify(name)}`) || text.includes(`"secretName":${JSON.stringify(name)}`)),
      )
      .map(({ object }) => ({ from: identityOf(reader), to: identityOf(object) }));
  });
}

/** A pod waits for a key that a task of the release adds to a ConfigMap, and a task for parts that are rolled out. */
function tasksBetween(objects: readonly KubeObject[]): Edge[] {
  const makers = objects.flatMap((object) =>
    filledConfigMapsOf(object).flatMap(([, keys]) => keys.map((key) => ({ object, key }))),
  );
  if (makers.length === 0) return [];
  return objects.flatMap((reader) => {
    const text = JSON.stringify(reader.spec ?? {});
    const isIn = ({ metadata }: KubeObject) => metadata.namespace === reader.metadata.namespace;
    const tasks = makers.filter(
      ({ object, key }) => object !== reader && isIn(object) && text.includes(`"key":${JSON.stringify(key)}`),
    );
    const parts = partsBefore(reader);
    const rolledOut = objects.filter(
      (object) => object.kind === 'Deployment' && isIn(object) && parts.includes(object.metadata.name),
    );
    return [...tasks.map(({ object }) => object), ...rolledOut].map((object) => ({
      from: identityOf(reader),
      to: identityOf(object),
    }));
  });
}
