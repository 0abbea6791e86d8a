import { Image } from '../../images/image';
import { NODE_IMAGE, STORAGE_SIZE, withDefaults, type Complete } from '../shared/defaults';
import type { ResolvedResources, Resources } from '../shared/resources';
import type { EventLogOptions } from './options';

const OPTIONS = {
  servers: 3,
  image: Image.of('nats:2.15'),
  storage: STORAGE_SIZE,
  passwordImage: NODE_IMAGE,
} satisfies EventLogOptions;
const RESOURCES = { cpu: '100m', memory: '64Mi', memoryLimit: '256Mi' } satisfies Resources;

/** The defaults that `explain` reports. */
export const EVENT_LOG_DEFAULTS = {
  servers: OPTIONS.servers,
  image: OPTIONS.image,
  storage: OPTIONS.storage,
  resources: RESOURCES,
};

/** The options of an event log, all defaults included. The objects and most checks read only this. */
export interface ResolvedEventLog extends Complete<EventLogOptions, typeof OPTIONS> {
  readonly resources: ResolvedResources;
}

/** The complete options of an event log. Wrong values stay as they are: the problems report them. */
export function resolveEventLog(given: EventLogOptions): ResolvedEventLog {
  return { ...withDefaults(given, OPTIONS), resources: withDefaults(given.resources, RESOURCES) };
}

/** How many servers store each stream: one, three or five, because an even number survives no more failures. */
export function streamReplicas(servers: number): number {
  return servers >= 5 ? 5 : servers >= 3 ? 3 : 1;
}
