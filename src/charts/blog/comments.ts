import type { Construct } from 'constructs';
import { type Database, Image, Microservice } from '../../index';

/** Takes comments on posts, and tells which of them were approved. */
export function comments(scope: Construct, database: Database): Microservice {
  return new Microservice(scope, 'comments', { image: Image.service('comments'), replicas: 2, database });
}
