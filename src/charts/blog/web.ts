import type { Construct } from 'constructs';
import { Image, Microservice } from '../../index';

/**
 * Serves the page. The browser calls the other services through the gateway. If a gateway sends a request for one of
 * `apiPaths` here, because no replica of its service is ready, web answers 503.
 */
export function web(scope: Construct, apiPaths: readonly string[]): Microservice {
  const env = { API_PATHS: apiPaths.join() };
  return new Microservice(scope, 'web', { image: Image.service('web'), replicas: 2, env, health: { port: 8082 } });
}
