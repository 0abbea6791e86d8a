import type { FieldPath } from '../../../k8s/objects';
import { containersOf, isText, listOf, type Pods } from '../world';

/** A place where a pod reads a ConfigMap or a Secret. */
export interface Reference {
  readonly name: string;
  /** The key that is read. Without it, all keys are read. */
  readonly key?: string;
  readonly field: FieldPath;
}

interface Named {
  name?: string;
  secretName?: string;
  key?: string;
  items?: { key: string }[] | null;
  optional?: boolean;
}

/** All places where a pod requires a ConfigMap or a Secret to start. Optional references are not included. */
export function* references(pods: Pods, kind: 'ConfigMap' | 'Secret'): Generator<Reference> {
  const [ref, keyRef, volumeField] =
    kind === 'Secret'
      ? (['secretRef', 'secretKeyRef', 'secret'] as const)
      : (['configMapRef', 'configMapKeyRef', 'configMap'] as const);
  for (const { container, at } of containersOf(pods)) {
    for (const [i, source] of listOf(container.envFrom).entries())
      yield* named(source[ref], [...at, 'envFrom', i, ref]);
    for (const [i, variable] of listOf(container.env).entries())
      yield* named(variable.valueFrom?.[keyRef], [...at, 'env', i, 'valueFrom', keyRef]);
  }
  for (const [i, volume] of listOf(pods.spec.volumes).entries()) {
    const field = [...pods.at, 'volumes', i];
    yield* named(volume[volumeField], [...field, volumeField]);
    for (const [s, source] of listOf(volume.projected?.sources).entries())
      yield* named(source[volumeField], [...field, 'projected', 'sources', s, volumeField]);
  }
  if (kind === 'Secret') {
    for (const [i, secret] of listOf(pods.spec.imagePullSecrets).entries())
      yield* named(secret, [...pods.at, 'imagePullSecrets', i]);
  }
}

function* named(source: Named | null | undefined, field: FieldPath): Generator<Reference> {
  const name = source?.secretName ?? source?.name;
  if (!source || !isText(name) || source.optional) return;
  const nameField = [...field, source.secretName === undefined ? 'name' : 'secretName'];
  if (isText(source.key)) yield { name, key: source.key, field };
  else if (listOf(source.items).length > 0)
    for (const [i, { key }] of listOf(source.items).entries())
      yield { name, key: isText(key) ? key : undefined, field: [...field, 'items', i, 'key'] };
  else yield { name, field: nameField };
}
