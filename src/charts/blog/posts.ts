import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Writes and lists posts. */
export function posts(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'posts', {
    image: Image.service('posts'),
    replicas: 2,
    database,
    eventsPort: 8081,
    health: { port: 8082 },
    metrics: {},
  });
}
