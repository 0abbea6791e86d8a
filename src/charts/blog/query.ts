import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Lists posts with their comments. Built from events only, so it answers while the other services are down. */
export function query(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'query', {
    image: Image.service('query'),
    replicas: 2,
    database,
    eventsPort: 8081,
    health: { port: 8082 },
    metrics: {},
  });
}
