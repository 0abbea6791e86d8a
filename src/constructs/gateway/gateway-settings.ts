import type { IConstruct } from 'constructs';
import type { OptionNames } from '../../problems/unknown-options';
import { settingsOf, type Known } from '../shared/overrides';
import { GATEWAY_OPTIONS, type GatewayBase, type GatewayOptions } from './options';

/** How requests reach the gateways of an environment that do not say it themselves. */
export type GatewaySettings = Pick<
  GatewayBase,
  'listen' | 'httpRoute' | 'className' | 'controller' | 'controllerNamespace' | 'controllerCidrs'
>;

const { listen, httpRoute, className, controller, controllerNamespace, controllerCidrs } = GATEWAY_OPTIONS;
const NAMES: OptionNames<GatewaySettings> = {
  listen,
  httpRoute,
  className,
  controller,
  controllerNamespace,
  controllerCidrs,
};

/** The options of this kind that an environment variable can set, such as `CALLSIGN_GATEWAYS_CLASSNAME`. */
export const TEXTS_OF_THE_WAY_IN: readonly string[] = [
  'listen.className',
  'httpRoute.gateway',
  'httpRoute.namespace',
  'httpRoute.listener',
  'className',
  'controller',
  'controllerNamespace',
];
const KNOWN: Known = { names: NAMES, numbers: [], texts: TEXTS_OF_THE_WAY_IN, defaults: {} };

/** The options that say how requests reach a gateway. A gateway that sets one of them ignores the settings. */
const WAYS_IN = ['listen', 'httpRoute', 'className', 'controller'] as const;

/** The settings of the environment of an app. */
export function gatewaySettings(scope: IConstruct): GatewaySettings {
  return settingsOf(scope)?.own('gateways', KNOWN) ?? {};
}

/** The options of a gateway; those of the environment if it does not say how requests reach it. */
export function withWayIn(scope: IConstruct, given: GatewayOptions): GatewayOptions {
  if (WAYS_IN.some((way) => given[way] !== undefined)) return given;
  const settings = gatewaySettings(scope);
  return {
    ...given,
    ...settings,
    controllerNamespace: given.controllerNamespace ?? settings.controllerNamespace,
    controllerCidrs: given.controllerCidrs ?? settings.controllerCidrs,
  };
}
