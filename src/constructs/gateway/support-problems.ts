import { GATEWAY_IMPLEMENTATIONS, implementationOf, type RouteSetting } from '../../k8s/gateway-implementations';
import { INGRESS_CONTROLLERS, isIngressController } from '../../k8s/controllers';
import { row, type ProblemRow } from '../../problems/problem';
import { enumValue } from '../shared/value-problems';
import { hostsOf } from './hosts';
import type { ResolvedGateway } from './resolve';

type Found = Generator<ProblemRow>;

const OF_INGRESSES = Object.keys(INGRESS_CONTROLLERS);
/** The supported controllers. */
const CONTROLLERS = [...new Set([...OF_INGRESSES, ...GATEWAY_IMPLEMENTATIONS.map(({ id }) => id)])];

/** The settings that not every controller carries. */
const SETTINGS = ['cors', 'basicAuth', 'maxBody', 'timeout', 'headers'] as const;
type Setting = (typeof SETTINGS)[number];

/** The settings that HTTPRoute has a field for, by their name in the reports of the implementations. */
const STANDARD: Readonly<Partial<Record<Setting, RouteSetting | 'headers'>>> = {
  cors: 'cors',
  timeout: 'timeouts',
  headers: 'headers',
};
/** The controllers that carry a setting of an Ingress. */
const OF_INGRESS: Readonly<Record<Setting, readonly string[]>> = {
  cors: OF_INGRESSES,
  basicAuth: OF_INGRESSES,
  maxBody: OF_INGRESSES,
  timeout: ['ingress-nginx'],
  headers: ['traefik'],
};
/** The settings that become Middlewares of Traefik, also for an HTTPRoute. */
const OF_TRAEFIK: ReadonlySet<Setting> = new Set(['cors', 'basicAuth', 'maxBody']);

const unsupported = (field: string, message: string, expected: string, fix: string) =>
  row('gateway-unsupported', { field, message, expected, fix });

/** The problems of options that the Ingress, the HTTPRoute or the controller does not support. */
export function* supportProblems(options: ResolvedGateway): Found {
  const { controller, form } = options;
  if (controller !== undefined && !CONTROLLERS.includes(controller)) {
    const fix = 'Remove it, and configure settings without a standard field in the controller itself.';
    yield* enumValue('controller', controller, CONTROLLERS, 'gateway-unsupported', fix);
    return;
  }
  if (form.kind === 'HTTPRoute') yield* httpRouteProblems(options);
  if (form.kind === 'HTTPRoute' && controller === 'ingress-nginx') return;
  if (form.kind === 'Ingress' && controller !== undefined && !isIngressController(controller)) {
    const message = `The controller ${controller} is one for HTTPRoutes, and a className makes an Ingress.`;
    const fix = 'Replace className by listen: { className }, with the GatewayClass of the controller.';
    yield unsupported('controller', message, `one of ${OF_INGRESSES.join(', ')} for an Ingress`, fix);
    return;
  }
  for (const setting of SETTINGS) if (options[setting] !== undefined) yield* settingProblems(options, setting);
}

function* httpRouteProblems(options: ResolvedGateway): Found {
  const { controller, className, form } = options;
  const listen = form.kind === 'HTTPRoute' ? form.listen : undefined;
  const usual = listen && implementationOf(listen.className, undefined);
  if (controller === 'ingress-nginx') {
    const message = 'The controller ingress-nginx does not support HTTPRoute.';
    const fix = 'Remove listen and httpRoute, or set another controller.';
    yield unsupported('controller', message, 'a controller that supports the Gateway API', fix);
  } else if (controller !== undefined && usual && usual.id !== controller) {
    const message = `The class ${listen.className} is that of ${usual.id}.`;
    const fix = `Remove controller, or set the class of ${controller}: listen: { className }.`;
    yield unsupported('controller', message, usual.id, fix);
  }
  if (className !== undefined) {
    const message = 'An HTTPRoute has no class. Only its Gateway has a class.';
    yield unsupported('className', message, 'no className with listen or httpRoute', 'Remove className.');
  }
  for (const field of listen ? [] : tlsFields(options)) {
    const message = 'An HTTPRoute has no certificate. Only the listener of its Gateway has a certificate.';
    const fix =
      'Remove tlsSecret, and add the Secret to the certificateRefs of the listener. Or set listen for a Gateway of its own.';
    yield unsupported(field, message, 'no tlsSecret without listen', fix);
  }
}

function* settingProblems({ form, controller, headers }: ResolvedGateway, setting: Setting): Found {
  const isRoute = form.kind === 'HTTPRoute';
  const kind = isRoute ? 'HTTPRoute' : 'Ingress';
  const by = isRoute ? form.implementation?.id : controller;
  const carriers = isRoute ? carriersOfRoute(setting) : OF_INGRESS[setting];
  const expected = `controller: ${carriers.join(' or ')}`;
  if (by === undefined) {
    if (isRoute && STANDARD[setting]) return;
    const message = `An ${kind} has no field for ${setting}: each controller configures it differently.`;
    const fix = `Set the controller that serves the gateway, such as controller: '${carriers[0]}'.`;
    yield unsupported(setting, message, expected, fix);
  } else if (!carriers.includes(by)) {
    const message = `The controller ${by} does not carry ${setting} of an ${kind}.`;
    const fix = `Remove ${setting}, and configure it in the controller itself.`;
    yield unsupported(setting, message, `no ${setting}, or ${expected}`, fix);
  } else if (!isRoute && setting === 'headers') {
    for (const way of ['request', 'response'] as const) {
      if (!headers?.[way]?.add) continue;
      const message = 'A Middleware of Traefik replaces a header, and cannot add a second one.';
      yield unsupported(`headers.${way}.add`, message, 'set, or an HTTPRoute', 'Use set, or listen for an HTTPRoute.');
    }
  }
}

/** The implementations that carry a setting of an HTTPRoute. */
function carriersOfRoute(setting: Setting): readonly string[] {
  const standard = STANDARD[setting];
  return GATEWAY_IMPLEMENTATIONS.filter(
    ({ id, lacks }) =>
      (id === 'traefik' && OF_TRAEFIK.has(setting)) ||
      (standard !== undefined && (standard === 'headers' || lacks[standard] === undefined)),
  ).map(({ id }) => id);
}

function tlsFields(options: ResolvedGateway): string[] {
  const own = hostsOf(options).filter(([, { tlsSecret }]) => tlsSecret !== undefined);
  return [
    ...(options.tlsSecret === undefined ? [] : ['tlsSecret']),
    ...own.map(([host]) => `hosts['${host}'].tlsSecret`),
  ];
}
