import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Stores comments on posts, and whether each one is approved. */
export function comments(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'comments', {
    image: Image.service('comments'),
    replicas: 2,
    database,
    eventsPort: 8081,
    health: { port: 8082 },
    metrics: {},
  });
}
