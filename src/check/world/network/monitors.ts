import type { V1Service } from '@kubernetes/client-node';
import type { Manifest } from '../../../k8s/objects';
import { matches, type Selector } from '../../../k8s/selector';
import { declared, declaredIn } from '../declared';
import { hasOperators } from '../generated/operator-names';
import type { ObjectOf } from '../kinds';
import { once } from '../once';
import { isSystem, listOf, namespaceOf, type Pods, type World } from '../world';

/** An endpoint of a monitor. The names of ports are not validated. */
interface MonitorEndpoint {
  readonly port?: unknown;
  readonly targetPort?: unknown;
}

interface MonitorSpec {
  readonly selector?: Selector | null;
  readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] | null } | null;
  readonly endpoints?: readonly MonitorEndpoint[] | null;
  readonly podMetricsEndpoints?: readonly MonitorEndpoint[] | null;
}

/** A ServiceMonitor or PodMonitor of the Prometheus operator, with what it selects. */
export interface Monitor {
  readonly manifest: Manifest;
  readonly selector: Selector;
  readonly namespaces: readonly string[];
  readonly services: readonly { readonly namespace: string; readonly service: V1Service }[];
  readonly pods: readonly Pods[];
  readonly endpointsField: 'endpoints' | 'podMetricsEndpoints';
  readonly endpoints: readonly MonitorEndpoint[];
  /** Whether the manifests contain all objects that the monitor can select. */
  readonly isComplete: boolean;
}

/** Every monitor, except those that select in all namespaces. */
export const monitorsOf = once((world): readonly Monitor[] => [
  ...declared(world, 'ServiceMonitor.monitoring.coreos.com').flatMap((manifest) => monitorOf(world, manifest)),
  ...declared(world, 'PodMonitor.monitoring.coreos.com').flatMap((manifest) => monitorOf(world, manifest)),
]);

function monitorOf(world: World, manifest: Manifest): Monitor[] {
  const spec = manifest.object.spec as MonitorSpec | undefined | null;
  const selector = spec?.selector;
  if (!selector || typeof selector !== 'object' || spec.namespaceSelector?.any) return [];
  const names = listOf(spec.namespaceSelector?.matchNames);
  const namespaces = names.length > 0 ? names : [namespaceOf(manifest.object)];
  const isOfServices = manifest.object.kind === 'ServiceMonitor';
  const services = isOfServices ? namespaces.flatMap((namespace) => servicesOf(world, namespace, selector)) : [];
  const endpointsField = isOfServices ? 'endpoints' : 'podMetricsEndpoints';
  return [
    {
      manifest,
      selector,
      namespaces,
      services,
      pods: isOfServices
        ? services.flatMap(({ namespace, service }) => podsOfService(world, namespace, service))
        : namespaces.flatMap((namespace) => world.select(namespace, selector)),
      endpointsField,
      endpoints: listOf(spec[endpointsField]),
      isComplete: namespaces.every(
        (namespace) =>
          !isSystem(namespace) &&
          !hasOperators(world, namespace) &&
          (isOfServices ? world.namesOf('Service', namespace).length > 0 : world.hasPods(namespace)),
      ),
    },
  ];
}

/** The Service of the API server, which has no manifest. */
const API_SERVER: ObjectOf<'Service'> = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
  spec: { ports: [{ name: 'https', port: 443 }] },
};

/** The Services without a namespace in the manifest. Another tool may add any. */
const openServices = once((world) =>
  declared(world, 'Service')
    .filter(({ object }) => object.metadata.namespace === undefined)
    .map(({ object }) => object as ObjectOf<'Service'>),
);

function servicesOf(world: World, namespace: string, selector: Selector): Monitor['services'] {
  return [...allServices(world, namespace), ...openServices(world)]
    .filter(({ metadata }) => matches(selector, metadata.labels ?? {}))
    .map((service) => ({ namespace, service }));
}

function podsOfService(world: World, namespace: string, { spec }: V1Service): readonly Pods[] {
  return spec?.selector && Object.keys(spec.selector).length > 0
    ? world.select(namespace, { matchLabels: spec.selector })
    : [];
}

/** The Services of a namespace, including those that operators create. A Service can be declared in several variants. */
export function allServices(world: World, namespace: string): ObjectOf<'Service'>[] {
  const written = declaredIn(world, 'Service', namespace).map(({ object }) => object as ObjectOf<'Service'>);
  const names = new Set(written.map(({ metadata }) => metadata.name));
  const made = world.namesOf('Service', namespace).filter((name) => !names.has(name));
  return [
    ...written,
    ...(namespace === API_SERVER.metadata.namespace ? [API_SERVER] : []),
    ...made.flatMap((name) => world.find('Service', namespace, name)?.object ?? []),
  ];
}
