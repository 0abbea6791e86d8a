import type { V1Ingress, V1IngressBackend, V1Service } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { ROUTE_KINDS, type BackendRef, type ObjectOf } from '../kinds';
import { placesAt } from '../places';
import { isText, listOf, namespaceOf, type World } from '../world';

/** A Service that is the backend of an Ingress or of a route of the Gateway API. */
export interface RouteBackend {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  readonly port: { name?: string; number?: number } | undefined;
  readonly field: FieldPath;
  /** The Service, if it is in the manifests. */
  readonly service: V1Service | undefined;
  /** Whether only the name of the Service is known. */
  readonly unsure: boolean;
}

/** A backend before its Service is looked up. */
type Named = Pick<RouteBackend, 'port' | 'field'> & { name: unknown; namespace?: unknown };

/** Every Service that is a backend. */
export function* backendsOf(world: World): Generator<RouteBackend> {
  const all = [
    ...world.ofKind('Ingress').map((manifest) => ({ manifest, backends: ofIngress(manifest.object) })),
    ...ROUTE_KINDS.flatMap((kind) =>
      world.ofKind(kind).map((manifest) => ({ manifest, backends: ofRoute(manifest.object) })),
    ),
  ];
  for (const { manifest, backends } of all) {
    for (const { name, namespace, port, field } of backends) {
      if (!isText(name)) continue;
      const own = isText(namespace) ? namespace : namespaceOf(manifest.object);
      // The Services of namespaces outside the manifests are unknown.
      if (own !== namespaceOf(manifest.object) && !world.knowsNamespace(own)) continue;
      const found = world.find('Service', own, name);
      yield { manifest, namespace: own, name, port, field, service: found?.object, unsure: found?.unsure ?? false };
    }
  }
}

function ofIngress({ spec }: V1Ingress): Named[] {
  const all: [V1IngressBackend | undefined, FieldPath][] = [
    [spec?.defaultBackend, ['spec', 'defaultBackend', 'service']],
    ...listOf(spec?.rules).flatMap(({ http }, r) =>
      listOf(http?.paths).map(({ backend }, p): [V1IngressBackend, FieldPath] => [
        backend,
        ['spec', 'rules', r, 'http', 'paths', p, 'backend', 'service'],
      ]),
    ),
  ];
  return all.map(([backend, field]) => ({ name: backend?.service?.name, port: backend?.service?.port, field }));
}

/** The fields of a rule that name a backend. */
const BACKENDS = [
  'spec.rules[].backendRefs[]',
  'spec.rules[].filters[].requestMirror.backendRef',
  'spec.rules[].backendRefs[].filters[].requestMirror.backendRef',
];

function ofRoute(route: ObjectOf<(typeof ROUTE_KINDS)[number]>): Named[] {
  return BACKENDS.flatMap((path) => placesAt(route, path)).flatMap(({ value, field }): Named[] => {
    const { group = '', kind = 'Service', name, namespace, port } = value as BackendRef;
    if (group !== '' || kind !== 'Service') return [];
    return [{ name, namespace, port: port === undefined || port === null ? undefined : { number: port }, field }];
  });
}
