import { ANNOTATIONS } from './keys';
import type { KubeObject } from './objects';

/** The name of a Secret or a ConfigMap, with keys that are not in the charts. */
type NamedKeys = readonly [name: string, keys: readonly string[]];

/** The Secrets that a workload generates in the cluster. */
export function generatedSecretsOf({ metadata }: KubeObject): NamedKeys[] {
  return keysIn(metadata.annotations?.[ANNOTATIONS.makesSecret]);
}

/** The Secrets with logins that a workload makes usable. */
export function enabledSecretsOf({ metadata }: KubeObject): NamedKeys[] {
  return keysIn(metadata.annotations?.[ANNOTATIONS.enablesSecrets]);
}

/** The ConfigMaps that a workload fills in the cluster, with the keys that it adds. */
export function filledConfigMapsOf({ metadata }: KubeObject): NamedKeys[] {
  return keysIn(metadata.annotations?.[ANNOTATIONS.fillsConfigMap]);
}

/** The Secrets that, according to a workload, already exist in the cluster. */
export function existingSecretsOf({ metadata }: KubeObject): NamedKeys[] {
  return keysIn(metadata.annotations?.[ANNOTATIONS.existingSecrets]);
}

/** The Deployments whose rollout a Job waits for. */
export function partsBefore({ metadata }: KubeObject): readonly string[] {
  const text = metadata.annotations?.[ANNOTATIONS.runsAfter];
  if (text === undefined) return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

function keysIn(text: string | undefined): NamedKeys[] {
  if (text === undefined) return [];
  try {
    const secrets = JSON.parse(text) as Record<string, unknown>;
    return Object.entries(secrets).map(([name, keys]) => [name, Array.isArray(keys) ? (keys as string[]) : []]);
  } catch {
    return [];
  }
}
