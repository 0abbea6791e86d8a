import type { V1EnvVar } from '@kubernetes/client-node';
import { referencesIn } from '../../../k8s/variable-references';
import type { Endpoint } from '../../../links/endpoint';
import { callVariables, subscriberVariables } from '../../../links/variables';
import type { EnvValue } from '../../shared/values';
import type { ResolvedMicroservice } from '../resolve';

interface Sourced {
  readonly variable: V1EnvVar;
  readonly source: string;
}

/**
 * The environment variables of a microservice, each with its source. The variables of calls come first. `$(NAME)` can
 * refer only to an earlier variable, so each variable follows those that it refers to.
 */
export function environmentOf(
  endpoint: Endpoint,
  { port, http, eventsPort, health, env }: ResolvedMicroservice,
  subscribers: string[],
): Sourced[] {
  return afterTheirReferences([
    ...portVariable('PORT', http ? port : undefined, 'the option port'),
    ...portVariable('EVENTS_PORT', eventsPort, 'the option eventsPort'),
    ...portVariable('HEALTH_PORT', health.port, 'the option health.port'),
    ...subscriberVariables(subscribers).map((variable) => ({ variable, source: 'notifies()' })),
    ...callVariables(endpoint).map((variable) => ({ variable, source: 'a call' })),
    ...Object.entries(env).map(([name, value]) => ({ variable: variableOf(name, value), source: 'the option env' })),
  ]);
}

/** Moves a variable up only if an earlier one refers to it. Variables that refer to each other are not moved. */
function afterTheirReferences(variables: readonly Sourced[]): Sourced[] {
  const byName = new Map(variables.map((one) => [one.variable.name, one]));
  const visited = new Set<Sourced>();
  const ordered: Sourced[] = [];
  const add = (one: Sourced): void => {
    if (visited.has(one)) return;
    visited.add(one);
    for (const { name } of referencesIn(one.variable.value ?? '')) {
      const target = byName.get(name);
      if (target) add(target);
    }
    ordered.push(one);
  };
  variables.forEach(add);
  return ordered;
}

function portVariable(name: string, port: number | undefined, source: string) {
  return port === undefined ? [] : [{ variable: { name, value: String(port) }, source }];
}

/** The variable with a value of the options. */
export function variableOf(name: string, value: EnvValue): V1EnvVar {
  if (value === null || typeof value !== 'object') return { name, value: String(value) };
  return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
}
