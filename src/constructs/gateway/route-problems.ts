import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { callerOf, Endpoint, type Caller } from '../../links/endpoint';
import type { GatewayOptions } from './options';
import { isPlainPath } from '../shared/value-problems';

/** What is wrong with one route of a gateway; what is right can be called. */
export function* routeProblems(
  gateway: Caller,
  path: string,
  target: unknown,
  routes: string,
  { httpRoute, controller }: GatewayOptions,
): Generator<ProblemRow> {
  const field = `${routes}['${path}']`;
  if (!isRoute(path)) {
    yield [
      'path-invalid',
      {
        message: 'A route begins with a plain path and takes everything below it.',
        field,
        expected: '/ or a path such as /api/posts',
        got: show(path),
        fix: pathFix(path),
      },
    ];
    return;
  }
  const endpoint = callerOf(target);
  if (!(endpoint instanceof Endpoint) || endpoint.options.kind !== 'microservice') {
    yield [
      'route-not-http',
      {
        message: `${path} leads to something that serves no HTTP.`,
        field,
        expected: 'a Microservice that serves HTTP',
        got: endpoint ? `the ${endpoint.options.kind} ${show(endpoint.name)}` : show(target),
        fix: 'Lead the route to a microservice.',
      },
    ];
  } else if (endpoint.options.root !== gateway.options.root) {
    yield [
      'call-unknown',
      {
        message: `${path} leads to ${show(endpoint.name)}, which belongs to another app.`,
        field,
        fix: 'Declare both in one app.',
      },
    ];
  } else if (endpoint.namespace !== gateway.namespace) {
    yield [
      'call-cross-namespace',
      {
        message: `${path} leads to ${show(endpoint.name)} in another namespace, and a gateway reaches only its own.`,
        field,
        expected: gateway.namespace,
        got: endpoint.namespace,
        fix: 'Put a gateway for the same host into that namespace.',
      },
    ];
  } else if (endpoint.options.backends && !httpRoute && controller !== 'ingress-nginx') {
    yield [
      'weight-not-carried',
      {
        message: `${path} leads to ${show(endpoint.name)}, whose canary wants a share by weight, and an Ingress has no field for it.`,
        field,
        expected: "httpRoute, controller: 'ingress-nginx', or a canary by: 'copies'",
        got: `an Ingress of ${controller ?? 'any controller'}, and by: 'gateway'`,
        fix: `Make it an HTTPRoute by httpRoute; or name ingress-nginx as the controller, if it is that which serves it; or leave out by in the canary of ${show(endpoint.name)}: copies share the requests behind any gateway.`,
      },
    ];
  }
}

/** What stands in the path of a URL, and ends without a slash: `/api` and `/api/` are one route. */
function isRoute(path: string): boolean {
  return (
    isPlainPath(path) &&
    /^(?:[-\w.~!$&'()+,;=:@/]|%[0-9A-Fa-f]{2})+$/.test(path) &&
    (path === '/' || !path.endsWith('/'))
  );
}

function pathFix(path: string): string {
  const bare = `/${path.replace(/\*.*$/, '').replace(/^\/+|\/+$/g, '')}`;
  if (isRoute(bare)) return `Write ${bare}, which means that path and all below it.`;
  const encoded = encodeURI(bare);
  return isRoute(encoded)
    ? `Write ${encoded}: as it stands in a URL.`
    : 'Write the path as it stands in a URL, without dots, queries or patterns.';
}
