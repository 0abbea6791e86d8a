import { ANNOTATIONS } from './keys';
import type { KubeObject } from './objects';

/** A Secret outside the charts, with its keys. */
type AnnotatedSecret = readonly [name: string, keys: readonly string[]];

/** The Secrets that a workload generates in the cluster. */
export function generatedSecretsOf({ metadata }: KubeObject): AnnotatedSecret[] {
  return secretsIn(metadata.annotations?.[ANNOTATIONS.makesSecret]);
}

/** The Secrets that, according to a workload, already exist in the cluster. */
export function existingSecretsOf({ metadata }: KubeObject): AnnotatedSecret[] {
  return secretsIn(metadata.annotations?.[ANNOTATIONS.existingSecrets]);
}

function secretsIn(text: string | undefined): AnnotatedSecret[] {
  if (text === undefined) return [];
  try {
    const secrets = JSON.parse(text) as Record<string, unknown>;
    return Object.entries(secrets).map(([name, keys]) => [name, Array.isArray(keys) ? (keys as string[]) : []]);
  } catch {
    return [];
  }
}
