import type { Construct } from 'constructs';
import { Image, Microservice } from '../../index';

/** Serves the page. The browser calls the other services through the gateway. */
export function web(scope: Construct): Microservice {
  return new Microservice(scope, 'web', { image: Image.service('web'), replicas: 2 });
}
