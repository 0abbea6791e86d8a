import { ANNOTATIONS } from '../../k8s/keys';
import type { SecretKey } from '../shared/values';
import type { ResolvedProgram } from './resolve';

/** The annotation that lists the Secrets that are created outside the charts, because `check` reads only manifests. */
export function existingSecrets({ env, files, initContainers, sidecars }: ResolvedProgram): Record<string, string> {
  const keys: Record<string, string[]> = {};
  const further = [...Object.values(initContainers), ...Object.values(sidecars)];
  const values = [env, files, ...further.map((container) => container.env ?? {})].flatMap((group): unknown[] =>
    Object.values(group),
  );
  for (const value of values) {
    const { secret, key, existing } = (value ?? {}) as Partial<SecretKey>;
    if (existing && secret && key) keys[secret] = [...new Set([...(keys[secret] ?? []), key])];
  }
  return Object.keys(keys).length > 0 ? { [ANNOTATIONS.existingSecrets]: JSON.stringify(keys) } : {};
}
