import {
  implementationOf,
  ROUTE_SETTINGS,
  type GatewayImplementation,
  type RouteSetting,
} from '../../../k8s/gateway-implementations';
import type { FieldPath, KubeObject } from '../../../k8s/objects';
import { declared, declaredIn } from '../../world/declared';
import { isText, listOf, namespaceOf, type World } from '../../world/world';
import type { Rule } from '../rule';

const GROUP = 'gateway.networking.k8s.io';

export const routeSettingIgnored: Rule = {
  code: 'route-setting-ignored',
  why: 'The API server accepts the setting, but requests are served without it, or not at all.',
  fix: 'Configure it in the controller, or remove it. docs/gateway.md shows what each implementation carries.',
  *find(world) {
    for (const manifest of declared(world, `HTTPRoute.${GROUP}`)) {
      const lacking = implementationsOf(world, manifest.object);
      for (const { setting, field } of settingsOf(manifest.object)) {
        const by = lacking.find(({ lacks }) => lacks[setting] !== undefined);
        if (!by) continue;
        const instead = by.lacks[setting];
        yield {
          manifest,
          field,
          message: `${by.title} ${by.version} does not carry ${ROUTE_SETTINGS[setting]}.`,
          expected: `settings that ${by.title} carries`,
          got: ROUTE_SETTINGS[setting],
          fix: instead ? `Use ${instead}.` : 'Configure it in the controller, or remove it.',
        };
      }
    }
  },
};

interface Spec {
  readonly parentRefs?: readonly { kind?: string; group?: string; name?: string; namespace?: string }[] | null;
  readonly rules?: readonly RouteRule[] | null;
}
interface RouteRule {
  readonly timeouts?: object | null;
  readonly filters?: readonly { type?: string }[] | null;
  readonly backendRefs?: readonly { filters?: readonly object[] | null }[] | null;
}

/** The implementations that serve a route, as far as its Gateways and their classes are known. */
function implementationsOf(world: World, route: KubeObject): GatewayImplementation[] {
  return listOf((route.spec as Spec | undefined)?.parentRefs).flatMap((parent) => {
    const { group = GROUP, kind = 'Gateway', name, namespace } = parent;
    if (group !== GROUP || kind !== 'Gateway') return [];
    const gateways = declaredIn(world, `Gateway.${GROUP}`, isText(namespace) ? namespace : namespaceOf(route));
    return gateways
      .filter(({ object }) => object.metadata.name === name)
      .flatMap(({ object }) => {
        const { gatewayClassName } = (object.spec ?? {}) as { gatewayClassName?: unknown };
        if (!isText(gatewayClassName)) return [];
        const known = declared(world, `GatewayClass.${GROUP}`).find(
          ({ object: one }) => one.metadata.name === gatewayClassName,
        );
        const { controllerName } = (known?.object.spec ?? {}) as { controllerName?: unknown };
        return implementationOf(gatewayClassName, isText(controllerName) ? controllerName : undefined) ?? [];
      });
  });
}

function* settingsOf(route: KubeObject): Generator<{ setting: RouteSetting; field: FieldPath }> {
  for (const [r, rule] of listOf((route.spec as Spec | undefined)?.rules).entries()) {
    const at: FieldPath = ['spec', 'rules', r];
    if (rule?.timeouts && Object.keys(rule.timeouts).length > 0)
      yield { setting: 'timeouts', field: [...at, 'timeouts'] };
    for (const [f, filter] of listOf(rule?.filters).entries()) {
      const field: FieldPath = [...at, 'filters', f];
      if (filter?.type === 'CORS') yield { setting: 'cors', field };
      if (filter?.type === 'RequestMirror') yield { setting: 'mirror', field };
    }
    for (const [b, backend] of listOf(rule?.backendRefs).entries())
      if (listOf(backend?.filters).length > 0)
        yield { setting: 'backendFilters', field: [...at, 'backendRefs', b, 'filters'] };
  }
}
