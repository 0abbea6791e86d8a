import type { V1Ingress, V1IngressBackend, V1Service } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../k8s/manifest';
import { isText, list, namespaceOf, type World } from './world';

/** A Service that an Ingress leads to. */
export interface Backend {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  readonly port: { name?: string; number?: number } | undefined;
  readonly field: FieldPath;
  /** The Service, when it is among the manifests. */
  readonly service: V1Service | undefined;
}

/** Every Service that some Ingress leads to. */
export function* backendsOf(world: World): Generator<Backend> {
  for (const manifest of world.ofKind('Ingress')) {
    const { spec } = manifest.object as V1Ingress;
    const namespace = namespaceOf(manifest.object);
    const all: [V1IngressBackend | undefined, FieldPath][] = [
      [spec?.defaultBackend, ['spec', 'defaultBackend', 'service']],
      ...list(spec?.rules).flatMap(({ http }, r) =>
        list(http?.paths).map(({ backend }, p): [V1IngressBackend, FieldPath] => [backend, ['spec', 'rules', r, 'http', 'paths', p, 'backend', 'service']])),
    ];
    for (const [backend, field] of all) {
      const { name, port } = backend?.service ?? {};
      if (!isText(name)) continue;
      yield { manifest, namespace, name, port, field, service: world.find('Service', namespace, name)?.object };
    }
  }
}
