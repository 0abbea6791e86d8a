import type { FieldPath, Manifest } from '../../../k8s/objects';
import { declared } from '../declared';
import { placesAt } from '../places';
import { isText, type World } from '../world';

/** A place in an object of Istio that names a host. */
export interface MeshDestination {
  readonly manifest: Manifest;
  /** The field of the host. */
  readonly field: FieldPath;
  readonly host: string;
  readonly port?: number;
  readonly subset?: string;
}

const DESTINATIONS = [
  'spec.http[].route[].destination',
  'spec.http[].mirror',
  'spec.http[].mirrors[].destination',
  'spec.tls[].route[].destination',
  'spec.tcp[].route[].destination',
];

/** The destinations of all VirtualServices, and the hosts of all DestinationRules. */
export function* meshDestinations(world: World): Generator<MeshDestination> {
  for (const manifest of declared(world, 'VirtualService.networking.istio.io')) {
    for (const { value, field } of DESTINATIONS.flatMap((path) => placesAt(manifest.object, path))) {
      const { host, port, subset } = value as { host?: unknown; port?: { number?: unknown } | null; subset?: unknown };
      if (!isText(host)) continue;
      const number = port?.number;
      yield {
        manifest,
        field: [...field, 'host'],
        host,
        ...(typeof number === 'number' ? { port: number } : {}),
        ...(isText(subset) ? { subset } : {}),
      };
    }
  }
  for (const manifest of declared(world, 'DestinationRule.networking.istio.io'))
    for (const { value, field } of placesAt(manifest.object, 'spec.host'))
      if (isText(value)) yield { manifest, field, host: value };
}

/** The host with its namespace, so that the short and the long name of a Service are equal. */
export function fullHost(host: string, namespace: string): string {
  if (!host.includes('.')) return `${host}.${namespace}`;
  return host.replace(/\.svc(\.cluster\.local)?$/, '');
}
