import { existingSecretsOf, generatedSecretsOf } from '../../../k8s/annotated-secrets';
import { kindName, type ObjectOf } from '../kinds';
import type { KubeObject } from '../../../k8s/objects';
import { isText, listOf } from '../values';

/** A Secret that is created in the cluster, with its keys if they are known. */
export type MadeSecret = readonly [name: string, keys: readonly string[] | undefined];

const TLS = ['tls.crt', 'tls.key', 'ca.crt'];

/** The Secrets that exist because of an object: by our annotations, or by a kind whose operator creates them. */
export function madeSecrets(object: KubeObject): MadeSecret[] {
  const { apiVersion, kind, metadata } = object;
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  const operator = `${apiVersion.split('/')[0]} ${kind}`;
  const made: MadeSecret[] = [...generatedSecretsOf(object), ...existingSecretsOf(object)];
  if (operator === 'cert-manager.io Certificate' && isText(spec.secretName)) made.push([spec.secretName, TLS]);
  if (operator === 'bitnami.com SealedSecret') made.push([metadata.name, Object.keys(spec.encryptedData ?? {})]);
  if (operator === 'external-secrets.io ExternalSecret') {
    const { name } = (spec.target ?? {}) as { name?: unknown };
    made.push([isText(name) ? name : metadata.name, undefined]);
  }
  // cert-manager creates the Secrets of an Ingress that names an issuer.
  if (
    isIngress(object) &&
    Object.keys(metadata.annotations ?? {}).some((key) =>
      /^cert-manager\.io\/(cluster-)?issuer$|^kubernetes\.io\/tls-acme$/.test(key),
    )
  ) {
    for (const { secretName } of listOf(object.spec?.tls)) if (isText(secretName)) made.push([secretName, TLS]);
  }
  return made;
}

function isIngress(object: KubeObject): object is ObjectOf<'Ingress'> {
  return kindName(object) === 'Ingress';
}
