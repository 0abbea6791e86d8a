import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { PUBLIC } from './public-gateway';

// What Kompose writes for a project of the step `stacks`. It has no images, and no address outside the cluster.

/** The keys of a service of a compose file that the comparison reads. */
interface ComposeService {
  readonly build?: string;
  readonly image?: string;
  readonly container_name?: string;
  readonly extra_hosts?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition?: string }>>;
}

/** The keys of a compose file that the comparison reads. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

/** An object of a manifest. */
export interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** The folder of each image to build, by the name that Kompose has for the image. */
export function builds({ services }: ComposeFile): Map<string, string> {
  return new Map(
    Object.entries(services).flatMap(([name, { build, image = name }]) => (build ? [[image, build] as const] : [])),
  );
}

/**
 * The objects as one list to apply, with images of the cluster. Kompose names built images without a registry and a tag,
 * so no node finds them.
 */
export function withImages(objects: readonly Written[], images: ReadonlyMap<string, string>): Written[] {
  // kubectl applies a list in its order.
  const isNamespace = ({ kind }: Written) => kind === 'Namespace';
  const ordered = [...objects.filter(isNamespace), ...objects.filter((object) => !isNamespace(object))];
  return ordered.map((object) => {
    if (!isDeployment(object)) return object;
    const { template } = object.spec!;
    const containers = template.spec!.containers.map((container) => {
      const image = images.get(container.image ?? '');
      return image === undefined ? container : { ...container, image, imagePullPolicy: 'Never' };
    });
    return { ...object, spec: { ...object.spec, template: { ...template, spec: { ...template.spec, containers } } } };
  });
}

/** A route of the gateway to a service. Undefined if Kompose writes no Service for it. */
export function routeTo(objects: readonly Written[], service: string, host: string, namespace: string) {
  const [port] = objects.filter(isService).find(({ metadata }) => metadata?.name === service)?.spec?.ports ?? [];
  return port === undefined
    ? undefined
    : {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name: `route-${service}`, namespace },
        spec: {
          hostnames: [host],
          parentRefs: [{ name: PUBLIC.gateway, namespace: PUBLIC.namespace }],
          rules: [{ backendRefs: [{ name: service, port: port.port }] }],
        },
      };
}

/** What the objects lack for a project to run: one short text each. */
export function gapsOf({ services }: ComposeFile, objects: readonly Written[]): string[] {
  const named = new Set(objects.filter(isService).map(({ metadata }) => metadata?.name));
  const deployments = new Map(
    objects.filter(isDeployment).map((each) => [each.metadata?.name, each.spec?.template.spec]),
  );
  const awaited = new Set(
    Object.values(services).flatMap(({ depends_on: dependencies = {} }) =>
      Object.entries(dependencies)
        .filter(([, each]) => typeof each !== 'string' && each.condition === 'service_completed_successfully')
        .map(([name]) => name),
    ),
  );
  return Object.entries(services).flatMap(([name, { container_name: other, extra_hosts: hosts }]) => {
    const pod = deployments.get(name);
    const [command, ...words] = pod?.containers[0]?.livenessProbe?.exec?.command ?? [];
    return [
      ...(named.has(name) ? [] : [`${name} has no Service`]),
      ...(other === undefined || other === name || named.has(other) ? [] : [`no Service is called ${other}`]),
      ...(awaited.has(name) && pod ? [`${name} starts again after it succeeded, and nothing waits for it`] : []),
      ...(command?.includes(' ') && words.length === 0
        ? [`the probe of ${name} runs a program called "${command}"`]
        : []),
      ...(hosts && !pod?.hostAliases ? [`${name} has no extra_hosts`] : []),
    ];
  });
}

function isDeployment(object: Written): object is Written & V1Deployment {
  return object.kind === 'Deployment';
}

function isService(object: Written): object is Written & V1Service {
  return object.kind === 'Service';
}
