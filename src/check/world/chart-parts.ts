import { ANNOTATIONS, EVENT_LOG_ENGINE, LABELS, MANAGED_BY } from '../../k8s/keys';
import type { Manifest } from '../../k8s/objects';
import { once } from './once';
import { listOf, namespaceOf, type World } from './world';

/** A part of a chart that `calls` accepts. A `server` speaks a protocol other than HTTP. */
export interface CallablePart {
  readonly name: string;
  readonly kind: 'http' | 'server' | 'database' | 'event-log';
  /** The workload. */
  readonly manifest: Manifest;
}

/** The microservice of a chart whose pods a Deployment runs. Undefined for all other objects. */
export function microserviceOf({ object }: Manifest): string | undefined {
  return object.kind === 'Deployment' ? partOf(object) : undefined;
}

/** The part of a chart that `calls` accepts and whose pods this workload runs. Undefined for all other objects. */
export function callableOf(world: World, manifest: Manifest): CallablePart | undefined {
  const { object } = manifest;
  const name = partOf(object);
  if (name === undefined) return undefined;
  if (object.metadata.annotations?.[ANNOTATIONS.engine] === EVENT_LOG_ENGINE)
    return { name, kind: 'event-log', manifest };
  if (object.kind === 'StatefulSet' || object.kind === 'Cluster') return { name, kind: 'database', manifest };
  // A worker has no Service, so nothing can call it.
  const service = object.kind === 'Deployment' ? world.find('Service', namespaceOf(object), name) : undefined;
  if (!service) return undefined;
  const isHttp = listOf(service.object.spec?.ports).some(({ name: port }) => port === 'http');
  return { name, kind: isHttp ? 'http' : 'server', manifest };
}

/** All parts that `calls` accepts. */
export const callables = once((world): readonly CallablePart[] =>
  ['Deployment', 'StatefulSet', 'Cluster'].flatMap((kind) =>
    world.ofKind(kind).flatMap((manifest) => {
      const part = callableOf(world, manifest);
      // The additional pods of a release belong to a part that is listed already.
      return part?.name === manifest.object.metadata.name ? [part] : [];
    }),
  ),
);

/** Whether callers read a password, so that they are in the same namespace. */
export function hasLogin(kind: CallablePart['kind']): boolean {
  return kind === 'database' || kind === 'event-log';
}

/** The line of a chart that declares a call. The names of the parts stand for the variables of the program. */
export function callLine(from: string, target: string): string {
  return `${identifier(from)}.calls(${target})`;
}

/** The name of a part as a variable: `event-bus` → `eventBus`. */
export function identifier(name: string): string {
  return name.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase());
}

function partOf({ metadata }: Manifest['object']): string | undefined {
  const { [LABELS.managedBy]: manager, [LABELS.name]: name } = metadata.labels ?? {};
  return manager === MANAGED_BY ? name : undefined;
}
