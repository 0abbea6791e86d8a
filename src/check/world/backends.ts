import type { V1Ingress, V1IngressBackend, V1Service } from '@kubernetes/client-node';
import type { FieldPath, KubeObject, Manifest } from '../../k8s/objects';
import { isText, list, namespaceOf, type World } from './world';

/** A Service that an Ingress, or a route of the Gateway API, leads to. */
export interface RouteBackend {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  readonly port: { name?: string; number?: number } | undefined;
  readonly field: FieldPath;
  /** The Service, when it is among the manifests. */
  readonly service: V1Service | undefined;
}

/** A backend before its Service is looked up. */
type Named = Pick<RouteBackend, 'port' | 'field'> & { name: unknown; namespace?: unknown };

/** The kinds whose rules have backendRefs. */
const ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

/** Every Service that something outside is led to. */
export function* backendsOf(world: World): Generator<RouteBackend> {
  for (const kind of ['Ingress', ...ROUTES]) {
    for (const manifest of world.ofKind(kind)) {
      for (const { name, namespace, port, field } of kind === 'Ingress'
        ? ofIngress(manifest.object)
        : ofRoute(manifest.object)) {
        if (!isText(name)) continue;
        const own = isText(namespace) ? namespace : namespaceOf(manifest.object);
        // Of a namespace that is not among the manifests nothing is known.
        if (own !== namespaceOf(manifest.object) && !world.knowsNamespace(own)) continue;
        yield { manifest, namespace: own, name, port, field, service: world.find('Service', own, name)?.object };
      }
    }
  }
}

function ofIngress({ spec }: V1Ingress): Named[] {
  const all: [V1IngressBackend | undefined, FieldPath][] = [
    [spec?.defaultBackend, ['spec', 'defaultBackend', 'service']],
    ...list(spec?.rules).flatMap(({ http }, r) =>
      list(http?.paths).map(({ backend }, p): [V1IngressBackend, FieldPath] => [
        backend,
        ['spec', 'rules', r, 'http', 'paths', p, 'backend', 'service'],
      ]),
    ),
  ];
  return all.map(([backend, field]) => ({ name: backend?.service?.name, port: backend?.service?.port, field }));
}

/** As much of a route as tells where it leads; what is no Service stands in no manifest. */
interface Route {
  spec?: {
    rules?:
      | {
          backendRefs?:
            | { group?: string; kind?: string; name?: string; namespace?: string; port?: number | null }[]
            | null;
        }[]
      | null;
  } | null;
}

function ofRoute(object: KubeObject): Named[] {
  return list((object as Route).spec?.rules).flatMap(({ backendRefs }, r) =>
    list(backendRefs).flatMap(({ group = '', kind = 'Service', name, namespace, port }, b): Named[] =>
      group === '' && kind === 'Service'
        ? [
            {
              name,
              namespace,
              port: port === undefined || port === null ? undefined : { number: port },
              field: ['spec', 'rules', r, 'backendRefs', b],
            },
          ]
        : [],
    ),
  );
}
