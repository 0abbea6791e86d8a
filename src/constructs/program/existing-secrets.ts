import { ANNOTATIONS } from '../../k8s/keys';
import type { Caller } from '../../links/endpoint';
import type { SecretKey } from '../shared/values';
import type { ResolvedProgram } from './resolve';

/**
 * The annotation that lists the Secrets that are created outside the charts, because `check` reads only manifests. It is
 * undefined if there are none. It is final when all calls are declared.
 */
export function existingSecrets(
  { env, files, initContainers, sidecars }: ResolvedProgram,
  { calls }: Pick<Caller, 'calls'>,
): Record<string, () => string | undefined> {
  const further = [...Object.values(initContainers), ...Object.values(sidecars)];
  const values = [env, files, ...further.map((container) => container.env ?? {})].flatMap((group): unknown[] =>
    Object.values(group),
  );
  return {
    [ANNOTATIONS.existingSecrets]: () => {
      const logins = calls.map(({ through: { address } }) => address?.protocol === 'event-log' && address.password);
      const keys = keysOf([...values, ...logins]);
      return Object.keys(keys).length > 0 ? JSON.stringify(keys) : undefined;
    },
  };
}

/** The existing keys among the values, by Secret. */
function keysOf(values: readonly unknown[]): Record<string, string[]> {
  const keys: Record<string, string[]> = {};
  for (const value of values) {
    const { secret, key, existing } = Object(value) as Partial<SecretKey>;
    if (existing && secret && key) keys[secret] = [...new Set([...(keys[secret] ?? []), key])];
  }
  return keys;
}
