import { isHost, isObjectName } from '../../k8s/names';
import { byteQuantity } from '../shared/plus';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import { parseQuantity } from '../../k8s/quantity';
import type { GatewayOptions } from './options';
import type { ResolvedGateway } from './resolve';
import { quantityProblems } from '../shared/resources';
import { integer } from '../shared/value-problems';
import { accessProblems } from './access-problems';
import { corsProblems } from './cors-problems';
import { headerProblems } from './header-problems';
import { hostsOf } from './hosts';
import { listenProblems } from './listen-problems';
import { supportProblems } from './support-problems';

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
  if (options.form.kind === 'HTTPRoute' && options.form.listen) yield* listenProblems(options, options.form.listen);
  if (options.headers) yield* headerProblems(options.headers);
  if (options.timeout !== undefined)
    yield* integer('timeout', options.timeout, { code: 'construct-invalid', min: 1, max: 86_400 });
  yield* accessProblems(options);
  yield* supportProblems(options);
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
  'listen.className': 'gatewayclass',
  'listen.issuer': 'clusterissuer',
  controllerNamespace: 'namespace',
  'httpRoute.gateway': 'gateway',
  'httpRoute.listener': 'gateway -o yaml',
  'httpRoute.namespace': 'namespace',
};

function* nameProblems(options: ResolvedGateway): Found {
  const { tlsSecret, basicAuth, className, controllerNamespace, form } = options;
  const parent = form.kind === 'HTTPRoute' && !form.listen ? form.parent : undefined;
  const listen = form.kind === 'HTTPRoute' ? form.listen : undefined;
  const names: [field: string, name: unknown][] = [
    ['tlsSecret', tlsSecret],
    ...hostsOf(options).map(([host, own]): [string, unknown] => [`hosts['${host}'].tlsSecret`, own.tlsSecret]),
    ['basicAuth.secret', basicAuth && (basicAuth.secret ?? '')],
    ['className', className],
    ['httpRoute.gateway', parent && (parent.gateway ?? '')],
    ['httpRoute.listener', parent?.listener],
    ['listen.className', listen && (listen.className ?? '')],
    ['listen.issuer', listen?.issuer && (listen.issuer.name ?? '')],
  ];
  const wrong = names.filter(([, name]) => name !== undefined && !isObjectName(name));
  for (const [field, name] of [
    ['controllerNamespace', controllerNamespace],
    ['httpRoute.namespace', parent?.namespace],
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
