import { addressesIn, isName } from '../../src/check/world/network/hosts';
import { matches } from '../../src/k8s/selector';
import { namespaceOf, World } from '../../src/check/world/world';
import type { KubeObject } from '../../src/k8s/objects';
import type { Policy } from '../../src/links/policy';

// Reads who calls whom out of plain manifests, without any help of the constructs that made them.

/** The edges that the environment declares: `blog/comments > blog/event-bus`. */
export function edgesOfEnvironment(objects: KubeObject[]): string[] {
  const world = worldOf(objects);
  const edges = world.pods.flatMap(({ manifest, namespace, spec }) =>
    spec.containers.flatMap(({ env = [] }) =>
      env
        .flatMap(({ name, value = '' }) =>
          name.endsWith('_HOST') && isName(value) ? [value] : addressesIn(value).map(({ host }) => host),
        )
        .flatMap((host) => {
          // The name of a pod of a StatefulSet comes before that of its Service: log-0.log.
          const [name, other = namespace] = host.replace(/^[a-z-]+-\d+\.(?=[a-z])/, '').split('.');
          const service = world.find('Service', other, name!)?.object;
          const from = `${namespace}/${manifest.object.metadata.name}`;
          // A Service for events has the name of its pods and more.
          return service ? [`${from} > ${other}/${service.metadata.labels?.['app.kubernetes.io/name'] ?? name}`] : [];
        }),
    ),
  );
  return [...new Set(edges)].toSorted();
}

/** The edges that policies let through: out of the caller, into the callee, or both as asked. */
export function edgesOfPolicies(objects: KubeObject[], direction: 'egress' | 'ingress'): string[] {
  const world = worldOf(objects);
  const edges: string[] = [];
  for (const { object } of world.ofKind('NetworkPolicy')) {
    const { spec } = object as Policy;
    const own = namespaceOf(object);
    const subjects = world.select(own, spec!.podSelector ?? {});
    const rules = direction === 'ingress' ? spec?.ingress?.map(({ from }) => from) : spec?.egress?.map(({ to }) => to);
    for (const allowed of rules ?? []) {
      for (const peer of allowed ?? []) {
        const peers = world.pods.filter(
          ({ namespace, labels }) =>
            (peer.namespaceSelector
              ? matches(peer.namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
              : namespace === own) && matches(peer.podSelector ?? {}, labels),
        );
        for (const subject of subjects) {
          for (const other of peers) edges.push(direction === 'egress' ? edge(subject, other) : edge(other, subject));
        }
      }
    }
  }
  return [...new Set(edges)].toSorted();
}

function edge(from: World['pods'][number], to: World['pods'][number]): string {
  const title = ({ namespace, manifest }: typeof from) => `${namespace}/${manifest.object.metadata.name}`;
  return `${title(from)} > ${title(to)}`;
}

/** What runs to its end has tests of its own. */
function worldOf(objects: KubeObject[]): World {
  return new World(
    objects
      .filter(({ kind }) => kind !== 'CronJob' && kind !== 'Job')
      .map((object) => ({ object, place: () => undefined })),
  );
}
