import type { V1EnvVar } from '@kubernetes/client-node';
import type { Endpoint } from '../../../links/endpoint';
import { callVariables, subscriberVariables } from '../../../links/variables';
import type { EnvValue } from '../options';
import type { ResolvedMicroservice } from '../resolve';

/**
 * The environment variables of a microservice, each with its source. Variables of calls come first, because `$(NAME)`
 * can refer only to an earlier variable.
 */
export function environmentOf(
  endpoint: Endpoint,
  { port, http, eventsPort, health, env }: ResolvedMicroservice,
  subscribers: string[],
): { variable: V1EnvVar; source: string }[] {
  return [
    ...portVariable('PORT', http ? port : undefined, 'the option port'),
    ...portVariable('EVENTS_PORT', eventsPort, 'the option eventsPort'),
    ...portVariable('HEALTH_PORT', health.port, 'the option health.port'),
    ...subscriberVariables(subscribers).map((variable) => ({ variable, source: 'notifies()' })),
    ...callVariables(endpoint).map((variable) => ({ variable, source: 'a call' })),
    ...Object.entries(env).map(([name, value]) => ({ variable: variableOf(name, value), source: 'the option env' })),
  ];
}

function portVariable(name: string, port: number | undefined, source: string) {
  return port === undefined ? [] : [{ variable: { name, value: String(port) }, source }];
}

function variableOf(name: string, value: EnvValue): V1EnvVar {
  if (value === null || typeof value !== 'object') return { name, value: String(value) };
  return { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };
}
