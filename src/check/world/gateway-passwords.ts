import type { FieldPath, Manifest } from '../../k8s/objects';
import { declared } from './declared';
import { placesAt } from './places';
import { isText, namespaceOf, type World } from './world';

/** A Secret whose passwords a gateway asks for. */
export interface GatewayPasswords {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  /** The key that the controller reads; none if the only key can have any name. */
  readonly key?: string;
  readonly field: FieldPath;
}

const NGINX = 'nginx.ingress.kubernetes.io';

/** The Secrets of basic authentication: of Middlewares of Traefik, and of annotations of ingress-nginx. */
export function* gatewayPasswords(world: World): Generator<GatewayPasswords> {
  for (const manifest of declared(world, 'Middleware.traefik.io')) {
    for (const { value, field } of placesAt(manifest.object, 'spec.basicAuth.secret'))
      if (isText(value)) yield { manifest, namespace: namespaceOf(manifest.object), name: value, field };
  }
  for (const manifest of world.ofKind('Ingress')) {
    const { annotations = {} } = manifest.object.metadata;
    const secret = annotations[`${NGINX}/auth-secret`];
    if (!annotations[`${NGINX}/auth-type`] || !isText(secret)) continue;
    const [name, namespace = namespaceOf(manifest.object)] = secret.split('/').toReversed() as [string, string?];
    const field = ['metadata', 'annotations', `${NGINX}/auth-secret`];
    // In the other format, `auth-map`, each key is the name of a person.
    const isMap = annotations[`${NGINX}/auth-secret-type`] === 'auth-map';
    yield { manifest, namespace, name, ...(!isMap && { key: 'auth' }), field };
  }
}
