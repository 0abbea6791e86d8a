import type { FieldPath, Manifest } from '../../../k8s/objects';
import { declared, type KindName } from '../declared';
import { placesAt } from '../places';
import { isText, type World } from '../world';

/** The fields with a Service that the API server calls. */
export const EXTENSION_SERVICES: readonly (readonly [kind: KindName, path: string])[] = [
  ['ValidatingWebhookConfiguration.admissionregistration.k8s.io', 'webhooks[].clientConfig.service'],
  ['MutatingWebhookConfiguration.admissionregistration.k8s.io', 'webhooks[].clientConfig.service'],
  ['CustomResourceDefinition.apiextensions.k8s.io', 'spec.conversion.webhook.clientConfig.service'],
  ['APIService.apiregistration.k8s.io', 'spec.service'],
];

/** A Service that the API server calls. */
interface ExtensionService {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly name: string;
  readonly namespace: string;
  readonly port: unknown;
}

/** Every Service that a webhook or an APIService names. */
export function* extensionServices(world: World): Generator<ExtensionService> {
  for (const [kind, path] of EXTENSION_SERVICES) {
    for (const manifest of declared(world, kind)) {
      for (const { value, field } of placesAt(manifest.object, path)) {
        const { name, namespace, port = 443 } = value as { name?: unknown; namespace?: unknown; port?: unknown };
        if (isText(name) && isText(namespace)) yield { manifest, field, name, namespace, port: port ?? 443 };
      }
    }
  }
}
