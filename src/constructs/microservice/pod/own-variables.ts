import { subscriberVariables } from '../../../links/variables';
import type { Sourced } from '../../program/variables';
import type { ResolvedMicroservice } from '../resolve';

/** The variables with the ports of a microservice, and with the subscribers of an event bus. */
export function ownVariables(
  { port, http, eventsPort, health }: ResolvedMicroservice,
  subscribers: readonly string[],
): Sourced[] {
  return [
    ...portVariable('PORT', http ? port : undefined, 'the option port'),
    ...portVariable('EVENTS_PORT', eventsPort, 'the option eventsPort'),
    ...portVariable('HEALTH_PORT', health.port, 'the option health.port'),
    ...subscriberVariables(subscribers).map((variable) => ({ variable, source: 'notifies()' })),
  ];
}

function portVariable(name: string, port: number | undefined, source: string): Sourced[] {
  return port === undefined ? [] : [{ variable: { name, value: String(port) }, source }];
}
