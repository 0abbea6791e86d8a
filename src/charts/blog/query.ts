import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Posts together with their comments, built from events only: it answers while the others are down. */
export function query(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'query', { image: Image.service('query'), replicas: 2, database });
}
