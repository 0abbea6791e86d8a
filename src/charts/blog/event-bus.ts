import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Keeps every event in a durable log and brings it to each subscriber. Its copies are equal: none of them leads. */
export function eventBus(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'event-bus', { image: Image.service('event-bus'), replicas: 2, database });
}
