import { isHost, isObjectName } from '../../k8s/names';
import { byteQuantity } from '../shared/plus';
import type { ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { parseQuantity } from '../../k8s/quantity';
import { CONTROLLERS, type GatewayOptions } from './options';
import type { ResolvedGateway } from './resolve';
import { quantityProblems } from '../shared/resources';
import { corsProblems } from './cors-problems';
import { hostsOf } from './hosts';

type Found = Generator<ProblemRow>;

/** Everything that is wrong with the options of a gateway by themselves, its routes aside. */
export function* gatewayProblems(options: ResolvedGateway): Found {
  yield* hostProblems(options);
  for (const { routes, field } of options.doors) {
    if (routes.length > 0) continue;
    yield [
      'route-none',
      {
        message: 'It leads nowhere.',
        field,
        expected: 'at least one path',
        got: '{}',
        fix: "Write, for instance, routes: { '/': web }.",
      },
    ];
  }
  if (options.cors) yield* corsProblems(options.cors);
  if (options.maxBody !== undefined) yield* sizeProblems(options.maxBody);
  yield* nameProblems(options);
  yield* controllerProblems(options);
}

function* hostProblems(options: ResolvedGateway): Found {
  const { host, hosts } = options as { host?: unknown; hosts?: unknown };
  if (host !== undefined && hosts !== undefined) {
    yield [
      'host-invalid',
      {
        message: 'Both host and hosts say where it answers.',
        field: 'host',
        expected: 'one of the two',
        fix: 'Put all of them into hosts.',
      },
    ];
  }
  const names = hostsOf(options).map(([name]) => name);
  if (hosts !== undefined && names.length === 0) {
    yield [
      'host-invalid',
      {
        message: 'It answers to no host.',
        field: 'hosts',
        expected: 'at least one host',
        got: show(hosts),
        fix: 'Name a host, or leave hosts out to answer to every one.',
      },
    ];
  }
  for (const [i, name] of names.entries()) {
    const field = hosts === undefined ? 'host' : Array.isArray(hosts) ? `hosts[${i}]` : `hosts['${name}']`;
    if (typeof name !== 'string' || !isHost(name.replace(/^\*\./, ''))) {
      yield [
        'host-invalid',
        {
          message: 'The gateway cannot answer to this host.',
          field,
          expected: 'a name such as blog.example.com, or *.example.com for every name in that domain',
          got: show(name),
          fix: hostFix(name),
        },
      ];
    } else if (names.indexOf(name) < i) {
      yield [
        'host-invalid',
        {
          message: 'It is named twice.',
          field,
          expected: 'each host once',
          got: show(name),
          fix: 'Take one of the two out.',
        },
      ];
    }
  }
}

/** The name in what may be a URL, have a port, or be in capitals. */
function hostFix(given: unknown): string {
  const name = String(given)
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/:].*$/, '');
  if (isHost(name)) return `Write ${name}: the name only.`;
  return String(given).includes('*')
    ? 'Let the star stand for the first part of the name, and for nothing else.'
    : 'Write the name only.';
}

function* sizeProblems(maxBody: NonNullable<GatewayOptions['maxBody']>): Found {
  const size = byteQuantity(maxBody);
  yield* quantityProblems('maxBody', size, '8Mi');
  const bytes = parseQuantity(size) ?? 1;
  if (bytes > 0 && !Number.isSafeInteger(bytes)) {
    yield [
      'quantity-invalid',
      {
        message: 'A body has whole bytes.',
        field: 'maxBody',
        expected: 'a size such as 8Mi',
        got: show(size),
        fix: 'Write it like 8Mi.',
      },
    ];
  }
}

function* nameProblems({ tlsSecret, className, controllerNamespace, httpRoute, ...rest }: ResolvedGateway): Found {
  const names: [field: string, name: unknown][] = [
    ['tlsSecret', tlsSecret],
    ...hostsOf(rest).map(([host, own]): [string, unknown] => [`hosts['${host}'].tlsSecret`, own.tlsSecret]),
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
    yield [
      'name-invalid',
      {
        message: 'It cannot be the name of an object in the cluster.',
        field,
        expected: 'lower-case letters, digits, dashes and, but for a namespace, dots',
        got: show(name),
        fix: 'Write the name as `kubectl get` shows it.',
      },
    ];
  }
}

/** What the gateway's kind, or its controller, has no way to say is never left out in silence. */
function* controllerProblems(options: ResolvedGateway): Found {
  const { controller, httpRoute, cors, maxBody, className } = options;
  const unsupported = (field: string, message: string, expected: string, fix: string): ProblemRow => [
    'gateway-unsupported',
    { field, message, expected, fix },
  ];
  const known = CONTROLLERS.join(' or ');
  if (controller !== undefined && !CONTROLLERS.includes(controller)) {
    yield [
      'gateway-unsupported',
      {
        field: 'controller',
        message: 'Nothing is known of this controller.',
        expected: known,
        got: show(controller),
        fix: 'Leave it out, and say by its own means what Ingress has no field for.',
      },
    ];
    return;
  }
  if (httpRoute) {
    if (controller === 'ingress-nginx') {
      yield unsupported(
        'controller',
        'It is an HTTPRoute, and ingress-nginx serves none.',
        'a controller of the Gateway API',
        'Take out httpRoute, or name another controller.',
      );
    }
    if (className !== undefined) {
      yield unsupported(
        'className',
        'An HTTPRoute has no class: its Gateway has.',
        'no className beside httpRoute',
        'Take out className.',
      );
    }
    for (const field of tlsFields(options)) {
      yield unsupported(
        field,
        'An HTTPRoute holds no certificate: the listener of its Gateway does.',
        'no tlsSecret beside httpRoute',
        'Take out tlsSecret, and name the Secret in the certificateRefs of the listener.',
      );
    }
  }
  if (controller !== undefined) return;
  const kind = httpRoute ? 'HTTPRoute' : 'Ingress';
  const needed = { ...(!httpRoute && { cors }), maxBody };
  for (const [field, value] of Object.entries(needed)) {
    if (value !== undefined)
      yield unsupported(
        field,
        `An ${kind} has no field for ${field}: each controller has its own way to say it.`,
        `controller: ${httpRoute ? 'traefik' : known}`,
        'Name the controller that serves it.',
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
