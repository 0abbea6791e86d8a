import type { FieldPath, Manifest } from '../../../k8s/objects';
import { typoOf } from '../../../basics/typo';
import { declared, namesOfAll, type KindName } from '../../world/declared';
import { placesAt } from '../../world/places';
import type { Rule } from '../rule';
import { isText, type World } from '../../world/world';

export const classUnknown: Rule = {
  code: 'class-unknown',
  why: 'No controller feels responsible for an unknown class, or the API server rejects the pods. Nothing else reports the wrong name.',
  fix: 'Use the name of a class that the manifests declare, or of a class of the cluster.',
  *find(world) {
    for (const { kind, title, builtIn = [], uses } of CLASSES) {
      const names = [...namesOfAll(declared(world, kind)), ...builtIn];
      // Without names there is nothing that the name of a class could be similar to.
      if (names.length === 0) continue;
      const known = new Set(names);
      for (const { manifest, field, name } of uses(world)) {
        // The cluster has classes that are not in the manifests.
        const guess = isText(name) && !known.has(name) ? typoOf(name, known) : undefined;
        if (!guess) continue;
        yield {
          manifest,
          field,
          message: `There is no ${title} ${JSON.stringify(name)}.`,
          expected: guess,
          got: String(name),
          fix: `Did you mean ${guess}? Otherwise, declare the ${kind.split('.')[0]}.`,
        };
      }
    }
  },
};

interface Use {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly name: unknown;
}

interface ClassOfObjects {
  readonly kind: KindName;
  readonly title: string;
  /** The classes of every cluster, and names that controllers give to their class. */
  readonly builtIn?: readonly string[];
  readonly uses: (world: World) => Iterable<Use>;
}

const CLASSES: readonly ClassOfObjects[] = [
  {
    kind: 'PriorityClass.scheduling.k8s.io',
    title: 'priority class',
    builtIn: ['system-node-critical', 'system-cluster-critical'],
    uses: (world) => ofPods(world, 'priorityClassName'),
  },
  {
    kind: 'RuntimeClass.node.k8s.io',
    title: 'runtime class',
    uses: (world) => ofPods(world, 'runtimeClassName'),
  },
  { kind: 'StorageClass.storage.k8s.io', title: 'storage class', uses: ofVolumes },
  {
    kind: 'IngressClass.networking.k8s.io',
    title: 'ingress class',
    builtIn: ['nginx', 'traefik', 'haproxy', 'contour', 'cilium', 'istio'],
    uses: (world) => [...at(world, 'Ingress.networking.k8s.io', 'spec.ingressClassName'), ...ofAnnotations(world)],
  },
  {
    kind: 'GatewayClass.gateway.networking.k8s.io',
    title: 'gateway class',
    uses: (world) => at(world, 'Gateway.gateway.networking.k8s.io', 'spec.gatewayClassName'),
  },
  {
    kind: 'VolumeSnapshotClass.snapshot.storage.k8s.io',
    title: 'volume snapshot class',
    uses: (world) => at(world, 'VolumeSnapshot.snapshot.storage.k8s.io', 'spec.volumeSnapshotClassName'),
  },
];

function ofPods(world: World, key: 'priorityClassName' | 'runtimeClassName'): Use[] {
  return world.pods.map(({ manifest, spec, at: field }) => ({ manifest, field: [...field, key], name: spec[key] }));
}

function at(world: World, kind: KindName, path: string): Use[] {
  return declared(world, kind).flatMap((manifest) =>
    placesAt(manifest.object, path).map(({ value, field }) => ({ manifest, field, name: value })),
  );
}

const ANNOTATION = 'kubernetes.io/ingress.class';

function ofAnnotations(world: World): Use[] {
  return declared(world, 'Ingress.networking.k8s.io').map((manifest) => ({
    manifest,
    field: ['metadata', 'annotations', ANNOTATION],
    name: manifest.object.metadata.annotations?.[ANNOTATION],
  }));
}

function ofVolumes(world: World): Use[] {
  // A claim and a volume of the same class need no StorageClass.
  const bound = new Set(at(world, 'PersistentVolume', 'spec.storageClassName').map(({ name }) => name));
  return [
    ...at(world, 'PersistentVolumeClaim', 'spec.storageClassName'),
    ...at(world, 'StatefulSet.apps', 'spec.volumeClaimTemplates[].spec.storageClassName'),
    ...world.pods.flatMap(({ manifest, spec, at: pod }) =>
      placesAt(spec, 'volumes[].ephemeral.volumeClaimTemplate.spec.storageClassName').map(({ value, field }) => ({
        manifest,
        field: [...pod, ...field],
        name: value,
      })),
    ),
  ].filter(({ name }) => !bound.has(name));
}
