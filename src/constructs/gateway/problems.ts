import { isHost, isObjectName } from '../../k8s/names';
import { byteQuantity } from '../shared/plus';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { parseQuantity } from '../../k8s/quantity';
import { CONTROLLERS, type GatewayOptions } from './options';
import type { ResolvedGateway } from './resolve';
import { quantityProblems } from '../shared/resources';
import { enumValue } from '../shared/value-problems';
import { corsProblems } from './cors-problems';
import { hostsOf } from './hosts';

type Found = Generator<ProblemRow>;

/** All problems of the options of a gateway, except those of its routes. */
export function* gatewayProblems(options: ResolvedGateway): Found {
  yield* hostProblems(options);
  for (const { field } of options.hostGroups.filter(({ routes }) => routes.length === 0)) {
    yield row('route-none', {
      message: 'The gateway has no routes.',
      field,
      expected: 'at least one path',
      got: '{}',
      fix: "Write, for instance, routes: { '/': web }.",
    });
  }
  if (options.cors) yield* corsProblems(options.cors);
  if (options.maxBody !== undefined) yield* sizeProblems(options.maxBody);
  yield* nameProblems(options);
  yield* controllerProblems(options);
}

function* hostProblems(options: ResolvedGateway): Found {
  const { host, hosts } = options as { host?: unknown; hosts?: unknown };
  const wrong = (field: string, message: string, expected: string, got: unknown, fix: string) =>
    row('host-invalid', { message, field, expected, ...(got !== undefined && { got: show(got) }), fix });
  if (host !== undefined && hosts !== undefined)
    yield wrong(
      'host',
      'The options host and hosts exclude each other.',
      'one of the two',
      undefined,
      'Move the name from host to hosts.',
    );
  const names = hostsOf(options).map(([name]) => name);
  if (hosts !== undefined && names.length === 0) {
    const fix = 'Add a host, or remove hosts to serve every host name.';
    yield wrong('hosts', 'The list of hosts is empty.', 'at least one host', hosts, fix);
  }
  for (const [i, name] of names.entries()) {
    const field = hosts === undefined ? 'host' : Array.isArray(hosts) ? `hosts[${i}]` : `hosts['${name}']`;
    if (typeof name !== 'string' || !isHost(name.replace(/^\*\./, ''))) {
      const expected = 'a name such as blog.example.com, or *.example.com for every name in that domain';
      yield wrong(field, 'This is not a valid host name.', expected, name ?? null, hostFix(name));
    } else if (names.indexOf(name) < i) {
      yield wrong(field, 'The host is listed twice.', 'each host once', name, `Remove one of the two entries ${name}.`);
    }
  }
}

/** The fix for an invalid host name, which can be a URL, have a port, or contain capital letters. */
function hostFix(given: unknown): string {
  const name = String(given)
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/:].*$/, '');
  if (isHost(name)) return `Write only the name: ${name}.`;
  return String(given).includes('*') ? 'Use * only as the first part of the name.' : 'Write only the name.';
}

function* sizeProblems(maxBody: NonNullable<GatewayOptions['maxBody']>): Found {
  const size = byteQuantity(maxBody);
  yield* quantityProblems('maxBody', size, '8Mi');
  const bytes = parseQuantity(size) ?? 1;
  if (bytes > 0 && !Number.isSafeInteger(bytes)) {
    yield row('quantity-invalid', {
      message: 'The size is not a whole number of bytes.',
      field: 'maxBody',
      expected: 'a size such as 8Mi',
      got: show(size),
      fix: "Write, for instance, maxBody: '8Mi'.",
    });
  }
}

/** What to ask kubectl for, by the option. */
const KINDS_OF: Readonly<Record<string, string>> = {
  tlsSecret: 'secret',
  'basicAuth.secret': 'secret',
  className: 'ingressclass',
  controllerNamespace: 'namespace',
  'httpRoute.gateway': 'gateway',
  'httpRoute.listener': 'gateway -o yaml',
  'httpRoute.namespace': 'namespace',
};

function* nameProblems(options: ResolvedGateway): Found {
  const { tlsSecret, basicAuth, className, controllerNamespace, httpRoute } = options;
  const names: [field: string, name: unknown][] = [
    ['tlsSecret', tlsSecret],
    ...hostsOf(options).map(([host, own]): [string, unknown] => [`hosts['${host}'].tlsSecret`, own.tlsSecret]),
    ['basicAuth.secret', basicAuth && (basicAuth.secret ?? '')],
    ['className', className],
    ['httpRoute.gateway', httpRoute && (httpRoute.gateway ?? '')],
    ['httpRoute.listener', httpRoute?.listener],
  ];
  const wrong = names.filter(([, name]) => name !== undefined && !isObjectName(name));
  for (const [field, name] of [
    ['controllerNamespace', controllerNamespace],
    ['httpRoute.namespace', httpRoute?.namespace],
  ] as const) {
    if (name !== undefined && (!isObjectName(name) || name.length > 63 || name.includes('.')))
      wrong.push([field, name]);
  }
  for (const [field, name] of wrong) {
    yield row('name-invalid', {
      message: 'This is not a valid name of a Kubernetes object.',
      field,
      expected: 'lower-case letters, digits and dashes; also dots, except in a namespace',
      got: show(name),
      fix: `Write the name of the object as \`kubectl get ${KINDS_OF[field.replace(/^.*\.(?=tls)/, '')]}\` shows it.`,
    });
  }
}

/** The problems of options that the Ingress, the HTTPRoute or the controller does not support. */
function* controllerProblems(options: ResolvedGateway): Found {
  const { controller, httpRoute, cors, basicAuth, maxBody, className } = options;
  const unsupported = (field: string, message: string, expected: string, fix: string) =>
    row('gateway-unsupported', { field, message, expected, fix });
  if (controller !== undefined && !CONTROLLERS.includes(controller)) {
    const fix = 'Remove it, and configure settings without a standard field in the controller itself.';
    yield* enumValue('controller', controller, CONTROLLERS, 'gateway-unsupported', fix);
    return;
  }
  if (httpRoute) {
    if (controller === 'ingress-nginx') {
      const message = 'The controller ingress-nginx does not support HTTPRoute.';
      const fix = 'Remove httpRoute, or set another controller.';
      yield unsupported('controller', message, 'a controller that supports the Gateway API', fix);
    }
    if (className !== undefined) {
      const message = 'An HTTPRoute has no class. Only its Gateway has a class.';
      yield unsupported('className', message, 'no className with httpRoute', 'Remove className.');
    }
    for (const field of tlsFields(options)) {
      const message = 'An HTTPRoute has no certificate. Only the listener of its Gateway has a certificate.';
      const fix = 'Remove tlsSecret, and add the Secret to the certificateRefs of the listener.';
      yield unsupported(field, message, 'no tlsSecret with httpRoute', fix);
    }
  }
  if (controller !== undefined) return;
  const kind = httpRoute ? 'HTTPRoute' : 'Ingress';
  const expected = `controller: ${httpRoute ? 'traefik' : CONTROLLERS.join(' or ')}`;
  const needed = { ...(!httpRoute && { cors }), basicAuth, maxBody };
  for (const field of Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [] : [name]))) {
    const message = `An ${kind} has no field for ${field}: each controller configures it differently.`;
    yield unsupported(
      field,
      message,
      expected,
      `Set the controller that serves the gateway, such as ${httpRoute ? "controller: 'traefik'" : `controller: '${CONTROLLERS[0]}'`}.`,
    );
  }
}

function tlsFields(options: ResolvedGateway): string[] {
  const own = hostsOf(options).filter(([, { tlsSecret }]) => tlsSecret !== undefined);
  return [
    ...(options.tlsSecret === undefined ? [] : ['tlsSecret']),
    ...own.map(([host]) => `hosts['${host}'].tlsSecret`),
  ];
}
