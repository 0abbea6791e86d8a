import type { V1EnvVar } from '@kubernetes/client-node';
import type { Endpoint } from './endpoint';

/** The variables by which an endpoint finds what it calls, in the order of the calls. */
export function linkedVariables(endpoint: Endpoint): V1EnvVar[] {
  return endpoint.calls.flatMap(({ to, as }) => to.options.variables?.(as, to.hostFor(endpoint.namespace)) ?? []);
}
