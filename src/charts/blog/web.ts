import type { Construct } from 'constructs';
import { Image, Microservice } from '../../index';

/** The page that people read and write on. It calls the others through the gateway, as the browser does. */
export function web(scope: Construct): Microservice {
  return new Microservice(scope, 'web', { image: Image.service('web'), replicas: 2 });
}
