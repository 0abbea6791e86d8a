import { nearest } from '../../../basics/nearest';
import { once } from '../once';
import { containersOf, isText, listOf, type Pods, type World } from '../world';
import { allows, hasOne, rightsOf } from './rights';

const CREATE = { groups: [''], resources: ['secrets'], verbs: ['create'] };

/** An option or a command with the name of a Secret, such as `--secret-name=db` and `kubectl create secret generic db`. */
const NAMING = /secret([-_]?name)?s?([=:\s]|$)/i;

/** The namespaces of Jobs that may create Secrets, and whose programs choose the names. */
const namespacesOfJobs = once(
  (world): ReadonlySet<string> =>
    new Set(
      world.everyPod
        .filter((pods) => pods.manifest.object.kind === 'Job' && !textsOf(pods).some((text) => NAMING.test(text)))
        .flatMap((pods) => [...rightsOf(world, pods)])
        .filter((rights) => rights.rules !== 'all' && allows(rights, CREATE))
        .map(({ namespace }) => namespace),
    ),
);

/** The words that programs which may create Secrets know, by the namespace of the Secrets. */
const wordsOfCreators = once((world) => {
  const words = new Map<string, Set<string>>();
  for (const pods of world.everyPod) {
    for (const rights of rightsOf(world, pods)) {
      if (!allows(rights, CREATE)) continue;
      const known = words.get(rights.namespace) ?? new Set();
      words.set(rights.namespace, known);
      for (const text of textsOf(pods)) for (const word of text.split(/[\s=,:/'"]+/)) known.add(word);
      // A role often limits the other verbs to the Secrets that the program creates.
      for (const { resources, resourceNames } of rights.rules === 'all' ? [] : rights.rules)
        if (hasOne(resources, CREATE.resources)) for (const name of listOf(resourceNames)) known.add(name);
    }
  }
  return words;
});

/** Whether a program may create the Secret at run time: it has the permission, and knows the name or chooses it. */
export function mayCreateSecret(world: World, namespace: string, name: string): boolean {
  if (wordsOfCreators(world).get(namespace)?.has(name)) return true;
  return namespacesOfJobs(world).has(namespace) && nearest(name, world.namesOf('Secret', namespace)) === undefined;
}

function textsOf(pods: Pods): string[] {
  return containersOf(pods)
    .flatMap(({ container: { command, args, env } }) => [
      ...listOf(command),
      ...listOf(args),
      ...listOf(env).map(({ value }) => value),
    ])
    .filter(isText);
}
