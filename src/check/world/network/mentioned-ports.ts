import { once } from '../once';
import { containersOf, isText, listOf, servicesIn, type Pods, type World } from '../world';
import { references } from '../workloads/references';

/**
 * Whether pods may listen on a port that their containers do not declare: the number is in the command, the variables,
 * the probes, the annotations or the settings of the pods.
 */
export function mayListenOn(world: World, pods: Pods, port: number): boolean {
  const number = new RegExp(String.raw`(?<!\d)${port}(?!\d)`);
  return number.test(textOf(pods)) || settingsOf(world, pods).some((text) => text === undefined || number.test(text));
}

/** Whether Services use all declared ports of the pods. Then no declared port is the one that a Service misses. */
export function areAllPortsUsed(world: World, pods: Pods): boolean {
  const used = usedPorts(world).get(pods);
  return containersOf(pods)
    .flatMap(({ container }) => listOf(container.ports))
    .every(({ name, containerPort }) => used?.has(containerPort) || (name !== undefined && used?.has(name)));
}

/** The names and numbers of the ports of pods that Services use. */
const usedPorts = once((world) => {
  const used = new Map<Pods, Set<unknown>>();
  for (const { namespace, spec } of servicesIn(world)) {
    if (Object.keys(spec.selector ?? {}).length === 0) continue;
    for (const pods of world.select(namespace, { matchLabels: spec.selector })) {
      const ports = used.get(pods) ?? new Set();
      used.set(pods, ports);
      for (const { port, targetPort } of listOf(spec.ports)) ports.add(targetPort ?? port);
    }
  }
  return used;
});

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

function textOf(pods: Pods): string {
  return JSON.stringify([
    pods.annotations,
    containersOf(pods).map(({ container }) => [
      container.command,
      container.args,
      listOf(container.env).map(({ value }) => value),
      container.lifecycle,
      PROBES.map((probe) => {
        const { httpGet, tcpSocket, grpc, exec } = container[probe] ?? {};
        return [httpGet?.port, tcpSocket?.port, grpc?.port, exec];
      }),
    ]),
  ]);
}

/** The port numbers that probes of the pods connect to. */
export function probedPorts(pods: Pods): number[] {
  return containersOf(pods).flatMap(({ container }) =>
    PROBES.flatMap((probe) => {
      const { httpGet, tcpSocket, grpc } = container[probe] ?? {};
      return [httpGet?.port, tcpSocket?.port, grpc?.port].filter((port) => typeof port === 'number');
    }),
  );
}

/** The settings that the pods read. Undefined for a ConfigMap whose content is not in the manifests. */
function settingsOf(world: World, pods: Pods): (string | undefined)[] {
  return ['ConfigMap', 'Secret'].flatMap((kind) =>
    [...new Set([...references(pods, kind as 'ConfigMap' | 'Secret')].map(({ name }) => name))].flatMap((name) => {
      const object = world.find(kind, pods.namespace, name)?.object;
      // The content of most Secrets is unknown, but it is seldom a port.
      if (!object) return kind === 'ConfigMap' ? [undefined] : [];
      return [object.data, object.stringData].flatMap((data) =>
        Object.values((data as Record<string, unknown> | null | undefined) ?? {}).filter(isText),
      );
    }),
  );
}
