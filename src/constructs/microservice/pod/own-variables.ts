import { subscriberVariables } from '../../../links/variables';
import type { Sourced } from '../../program/variables';
import { ownPorts } from '../ports';
import type { ResolvedMicroservice } from '../resolve';

/** The variables with the ports of a microservice, and with the subscribers of an event bus. */
export function ownVariables(options: ResolvedMicroservice, subscribers: readonly string[]): Sourced[] {
  const { port, http, eventsPort, health } = options;
  return [
    ...portVariable('PORT', http ? port : undefined, 'the option port'),
    ...portVariable('EVENTS_PORT', eventsPort, 'the option eventsPort'),
    ...portVariable('HEALTH_PORT', health.port, 'the option health.port'),
    ...portVariable('METRICS_PORT', ownPorts(options)['metrics'], 'the option metrics.port'),
    ...subscriberVariables(subscribers).map((variable) => ({ variable, source: 'notifies()' })),
  ];
}

function portVariable(name: string, port: number | undefined, source: string): Sourced[] {
  return port === undefined ? [] : [{ variable: { name, value: String(port) }, source }];
}
