import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { callerOf, Endpoint, type Caller } from '../../links/endpoint';
import type { ResolvedGateway } from './resolve';
import { isPlainPath } from '../shared/value-problems';

/** The problems of one route of a gateway. */
export function* routeProblems(
  gateway: Caller,
  path: string,
  target: unknown,
  routes: string,
  { form, controller }: ResolvedGateway,
): Generator<ProblemRow> {
  const field = `${routes}['${path}']`;
  if (!isRoute(path)) {
    yield row('path-invalid', {
      message: 'The path of the route is invalid.',
      field,
      expected: '/ or a path such as /api/posts',
      got: show(path),
      fix: pathFix(path),
    });
    return;
  }
  const endpoint = callerOf(target);
  if (!(endpoint instanceof Endpoint) || endpoint.options.kind !== 'microservice') {
    yield row('route-not-http', {
      message: `The target of ${path} does not serve HTTP.`,
      field,
      expected: 'a Microservice that serves HTTP',
      got: endpoint ? `the ${endpoint.options.kind} ${show(endpoint.name)}` : show(target),
      fix: 'Route the path to a microservice.',
    });
  } else if (endpoint.options.root !== gateway.options.root) {
    yield row('call-unknown', {
      message: `The target of ${path}, ${show(endpoint.name)}, belongs to another app.`,
      field,
      fix: 'Declare both in one app.',
    });
  } else if (endpoint.namespace !== gateway.namespace) {
    yield row('call-cross-namespace', {
      message: `The target of ${path}, ${show(endpoint.name)}, is in another namespace.`,
      field,
      expected: gateway.namespace,
      got: endpoint.namespace,
      fix: 'Add a gateway for the same host to that namespace.',
    });
  } else if (endpoint.options.backends && form.kind === 'Ingress' && controller !== 'ingress-nginx') {
    yield row('weight-not-carried', {
      message: `The target of ${path}, ${show(endpoint.name)}, has a canary by weight, but an Ingress has no field for weights.`,
      field,
      expected: "listen, httpRoute, controller: 'ingress-nginx', or a canary by: 'replicas'",
      got: `an Ingress of ${controller ?? 'any controller'}, and by: 'gateway'`,
      fix: `Set listen or httpRoute, or set controller: 'ingress-nginx' if that is the controller. Or remove \`by\` from the canary of ${show(endpoint.name)}: the replicas then share the requests.`,
    });
  }
}

/** Whether a path is a URL path without a trailing slash. `/api` and `/api/` would be the same route. */
function isRoute(path: string): boolean {
  return (
    isPlainPath(path) &&
    /^(?:[-\w.~!$&'()+,;=:@/]|%[0-9A-Fa-f]{2})+$/.test(path) &&
    (path === '/' || !path.endsWith('/'))
  );
}

function pathFix(path: string): string {
  // The index of a list.
  if (/^\d+$/.test(path)) return "Write an object with the paths, such as routes: { '/': web }.";
  const bare = `/${path.replace(/\*.*$/, '').replace(/^\/+|\/+$/g, '')}`;
  if (isRoute(bare)) return `Write ${bare}, which includes all paths below it.`;
  const encoded = encodeURI(bare);
  return isRoute(encoded)
    ? `Write the path as in a URL: ${encoded}.`
    : 'Write the path as in a URL, without a query, a pattern or parts such as "..".';
}
