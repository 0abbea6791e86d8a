import { existingSecretsOf, generatedSecretsOf } from '../../../k8s/annotated-objects';
import { kindName, type ObjectOf } from '../kinds';
import { valueAt, type FieldPath, type KubeObject } from '../../../k8s/objects';
import { isBuiltIn } from '../../schema/validate-object';
import { isText, listOf } from '../values';

/** A Secret that is created in the cluster, with its keys if they are known. */
export type MadeSecret = readonly [name: string, keys: readonly string[] | undefined, namespace?: string];

const TLS = ['tls.crt', 'tls.key', 'ca.crt'];

/** The Secrets that exist because of an object: by annotations, or by a kind whose operator creates them. */
export function madeSecrets(object: KubeObject): MadeSecret[] {
  const { apiVersion, kind, metadata } = object;
  const made: MadeSecret[] = [...generatedSecretsOf(object), ...existingSecretsOf(object), ...ofAnnotations(object)];
  if (isBuiltIn(apiVersion, kind)) return made;
  const operator = `${apiVersion.split('/')[0]} ${kind}`;
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  switch (operator) {
    case 'cert-manager.io Certificate':
      if (isText(spec.secretName)) made.push([spec.secretName, keysOfCertificate(spec)]);
      break;
    case 'bitnami.com SealedSecret': {
      const keys = [spec.encryptedData, valueAt(spec, ['template', 'data'])].flatMap((data) => Object.keys(data ?? {}));
      made.push([metadata.name, keys]);
      break;
    }
    // Without another name, the Secret has the name of the object.
    case 'external-secrets.io ExternalSecret':
      made.push([textAt(spec, ['target', 'name']) ?? metadata.name, undefined]);
      break;
    case 'onepassword.com OnePasswordItem':
    case 'isindir.github.com SopsSecret':
      made.push([metadata.name, undefined]);
      break;
    default:
      made.push(...namedBy(object));
  }
  return made;
}

/** The fields in which custom objects name the Secret that their operator writes. */
const WRITTEN: readonly FieldPath[] = [
  ['secretName'],
  ['destination', 'name'],
  ['managedSecret', 'name'],
  ['managedSecretReference', 'secretName'],
  ['output', 'secretName'],
  ['target', 'name'],
  ['credentialsSecret', 'name'],
  ['acme', 'privateKeySecretRef', 'name'],
];

function* namedBy({ spec, metadata }: KubeObject): Generator<MadeSecret> {
  for (const field of WRITTEN) {
    const name = textAt(spec, field);
    if (name !== undefined) yield [name, undefined];
  }
  // The connection details of a resource of Crossplane.
  for (const field of ['writeConnectionSecretToRef', 'publishConnectionDetailsTo']) {
    const name = textAt(spec, [field, 'name']);
    if (name !== undefined) yield [name, undefined, textAt(spec, [field, 'namespace']) ?? metadata.namespace];
  }
  // The Secrets Store CSI driver copies what it mounts.
  for (const one of listOf(valueAt(spec, ['secretObjects']) as readonly unknown[] | undefined)) {
    const name = textAt(one, ['secretName']);
    if (name !== undefined) yield [name, undefined];
  }
  // SopsSecret and similar kinds list templates.
  for (const one of listOf(valueAt(spec, ['secretTemplates']) as readonly unknown[] | undefined)) {
    const name = textAt(one, ['name']);
    if (name !== undefined) yield [name, undefined];
  }
}

function* ofAnnotations(object: KubeObject): Generator<MadeSecret> {
  const annotations = object.metadata.annotations ?? {};
  // cert-manager creates the Secrets of an Ingress or a Gateway that names an issuer.
  if (
    Object.keys(annotations).some((key) => /^cert-manager\.io\/(cluster-)?issuer$|^kubernetes\.io\/tls-acme$/.test(key))
  ) {
    if (isOf(object, 'Ingress'))
      for (const { secretName } of listOf(object.spec?.tls)) if (isText(secretName)) yield [secretName, TLS];
    if (isOf(object, 'Gateway'))
      for (const { tls } of listOf(object.spec?.listeners))
        for (const { name } of listOf(tls?.certificateRefs)) if (isText(name)) yield [name, TLS];
  }
  // OpenShift creates the certificate of a Service.
  for (const key of [
    'service.beta.openshift.io/serving-cert-secret-name',
    'service.alpha.openshift.io/serving-cert-secret-name',
  ])
    if (isText(annotations[key])) yield [annotations[key], ['tls.crt', 'tls.key']];
}

/** The keys of a certificate. A keystore or another format adds keys. */
function keysOfCertificate(spec: Record<string, unknown>): readonly string[] | undefined {
  return spec.keystores || spec.additionalOutputFormats || spec.secretTemplate ? undefined : TLS;
}

function textAt(object: unknown, field: FieldPath): string | undefined {
  const value = valueAt(object, field);
  return isText(value) ? value : undefined;
}

function isOf<Kind extends 'Ingress' | 'Gateway'>(object: KubeObject, kind: Kind): object is ObjectOf<Kind> {
  return kindName(object) === kind;
}
