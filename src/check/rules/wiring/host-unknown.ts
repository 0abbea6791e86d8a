import { minReplicas } from '../../world/workloads/autoscalers';
import { callsOf } from '../../world/network/calls';
import { mayExist } from '../../world/generated/may-exist';
import { meant, type Violation, type Rule } from '../rule';
import { isText, namespaceOf, type World } from '../../world/world';

export const hostUnknown: Rule = {
  code: 'host-unknown',
  why: 'The name does not resolve, so every call fails although all pods run.',
  fix: 'Use the name of a Service. Add the namespace if the Service is in another one.',
  *find(world) {
    for (const { manifest, field, host, name, namespace, service, pod } of callsOf(world)) {
      if (service && pod) yield* podFindings(world, { manifest, field }, host, { ...pod, service: name, namespace });
      if (service || mayExist(world, 'Service', namespace, name)) continue;
      yield {
        manifest,
        field,
        message: `There is no Service ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: host,
        ...meant(
          name,
          world.namesOf('Service', namespace),
          'add the Service. A host outside the cluster has a dot in its name.',
        ),
      };
    }
  },
};

/** Reports a pod that its StatefulSet does not have. If no StatefulSet names the Service, its pods are unknown. */
function* podFindings(
  world: World,
  at: Pick<Violation, 'manifest' | 'field'>,
  host: string,
  pod: { set: string; ordinal: number; service: string; namespace: string },
): Generator<Violation> {
  const sets = world
    .ofKind('StatefulSet')
    .filter(({ object }) => namespaceOf(object) === pod.namespace && object.spec?.serviceName === pod.service);
  if (sets.length === 0) return;
  const names = sets.map(({ object }) => object.metadata.name).filter(isText);
  const set = sets.find(({ object }) => object.metadata.name === pod.set);
  if (!set) {
    yield {
      ...at,
      message: `The Service ${pod.service} has no StatefulSet ${pod.set}.`,
      got: host,
      ...meant(pod.set, names, 'call a pod of a StatefulSet that names the Service.'),
    };
    return;
  }
  const { replicas, ordinals } = set.object.spec ?? {};
  const first = ordinals?.start ?? 0;
  const count = minReplicas(world).has(set) ? undefined : (replicas ?? 1);
  if (count === undefined || typeof count !== 'number' || (pod.ordinal >= first && pod.ordinal < first + count)) return;
  yield {
    ...at,
    message: `The StatefulSet ${pod.set} has no pod ${pod.ordinal}.`,
    expected: count > 0 ? `${pod.set}-${first} to ${pod.set}-${first + count - 1}` : 'a StatefulSet with replicas',
    got: host,
    fix: 'Call an existing pod, or increase the number of replicas.',
  };
}
