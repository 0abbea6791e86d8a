import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Keeps every event in a durable log and delivers it to each subscriber. Its replicas are equal: there is no leader. */
export function eventBus(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'event-bus', {
    image: Image.service('event-bus'),
    replicas: 2,
    database,
    health: { port: 8082 },
    metrics: {},
    backlog: 'event_bus_lag_in_log',
  });
}
