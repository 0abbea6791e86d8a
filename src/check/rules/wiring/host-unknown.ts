import type { V1StatefulSet } from '@kubernetes/client-node';
import { fewestCopies } from '../../world/autoscalers';
import { callsOf } from '../../world/calls';
import { mayMake } from '../../world/operator-names';
import { meant, type Violation, type Rule } from '../rule';
import { isText, namespaceOf, type World } from '../../world/world';

export const hostUnknown: Rule = {
  code: 'host-unknown',
  why: 'The name does not resolve: every call fails, though each part runs.',
  fix: 'Write the name of a Service, with its namespace where it is in another one.',
  *find(world) {
    for (const { manifest, field, host, name, namespace, service, pod } of callsOf(world)) {
      if (service && pod) yield* podFindings(world, { manifest, field }, host, { ...pod, service: name, namespace });
      if (service || mayMake(world, namespace, name)) continue;
      yield {
        manifest,
        field,
        message: `No Service is called ${JSON.stringify(name)} in the namespace ${namespace}.`,
        got: host,
        ...meant(
          name,
          world.namesOf('Service', namespace),
          'add the Service; a host outside the cluster has a dot in its name.',
        ),
      };
    }
  },
};

/** A pod that its StatefulSet does not have; of pods behind a Service that no StatefulSet names nothing is known. */
function* podFindings(
  world: World,
  at: Pick<Violation, 'manifest' | 'field'>,
  host: string,
  pod: { set: string; ordinal: number; service: string; namespace: string },
): Generator<Violation> {
  const sets = world
    .ofKind('StatefulSet')
    .filter(
      ({ object }) =>
        namespaceOf(object) === pod.namespace && (object as V1StatefulSet).spec?.serviceName === pod.service,
    );
  if (sets.length === 0) return;
  const names = sets.map(({ object }) => object.metadata.name).filter(isText);
  const set = sets.find(({ object }) => object.metadata.name === pod.set);
  if (!set) {
    yield {
      ...at,
      message: `No StatefulSet of the Service ${pod.service} is called ${pod.set}.`,
      got: host,
      ...meant(pod.set, names, 'call a pod of a StatefulSet that names the Service.'),
    };
    return;
  }
  const { replicas, ordinals } = (set.object as V1StatefulSet).spec ?? {};
  const first = ordinals?.start ?? 0;
  const copies = fewestCopies(world).has(set) ? undefined : (replicas ?? 1);
  if (copies === undefined || typeof copies !== 'number' || (pod.ordinal >= first && pod.ordinal < first + copies))
    return;
  yield {
    ...at,
    message: `The StatefulSet ${pod.set} has no pod ${pod.ordinal}.`,
    expected: copies > 0 ? `${pod.set}-${first} to ${pod.set}-${first + copies - 1}` : 'a StatefulSet with copies',
    got: host,
    fix: 'Call a pod that is there, or raise the number of copies.',
  };
}
