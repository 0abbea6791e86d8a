import { ANNOTATIONS } from '../../../k8s/keys';
import type { SecretKey } from '../options';
import type { ResolvedMicroservice } from '../resolve';

/** The annotation that lists the Secrets that are created outside the charts, because `check` reads only manifests. */
export function existingSecrets({ env, files }: ResolvedMicroservice): Record<string, string> {
  const keys: Record<string, string[]> = {};
  for (const value of [...Object.values(env), ...Object.values(files)] as unknown[]) {
    const { secret, key, existing } = (value ?? {}) as Partial<SecretKey>;
    if (existing && secret && key) keys[secret] = [...new Set([...(keys[secret] ?? []), key])];
  }
  return Object.keys(keys).length > 0 ? { [ANNOTATIONS.existingSecrets]: JSON.stringify(keys) } : {};
}
