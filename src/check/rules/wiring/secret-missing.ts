import type { FieldPath, Manifest } from '../../../k8s/objects';
import { mayMake } from '../../world/generated/operator-names';
import { references, type Reference } from '../../world/workloads/references';
import { meant, type Violation, type Rule } from '../rule';
import { mayCreateSecret } from '../../world/generated/secret-creators';
import { isText, listOf, namespaceOf, type World } from '../../world/world';

export const secretMissing: Rule = {
  code: 'secret-missing',
  why: 'The pod does not start: it stays in ContainerCreating or CreateContainerConfigError. An Ingress serves a certificate that browsers do not trust.',
  fix: 'Add the Secret or the key, mark the reference as optional, or annotate the object that creates the Secret in the cluster.',
  *find(world) {
    for (const pods of world.pods)
      for (const reference of references(pods, 'Secret'))
        yield* missing(world, pods.manifest, pods.namespace, reference);
    for (const manifest of world.ofKind('Ingress')) {
      for (const [i, { secretName }] of listOf(manifest.object.spec?.tls).entries()) {
        const field: FieldPath = ['spec', 'tls', i, 'secretName'];
        // Certificates usually come from elsewhere. If the manifests create some, they should create all of them.
        if (isText(secretName) && world.makesCertificates(namespaceOf(manifest.object)))
          yield* missing(world, manifest, namespaceOf(manifest.object), { name: secretName, field });
      }
    }
  },
};

function* missing(
  world: World,
  manifest: Manifest,
  namespace: string,
  { name, key, field }: Reference,
): Generator<Violation> {
  const found = world.find('Secret', namespace, name);
  if (found?.unsure) return;
  const secret = found?.object;
  const made = secret
    ? { keys: [...Object.keys(secret.data ?? {}), ...Object.keys(secret.stringData ?? {})] }
    : world.secretMadeInCluster(namespace, name);
  if (!made && (mayMake(world, namespace, name) || mayCreateSecret(world, namespace, name))) return;
  if (made && (key === undefined || made.keys === undefined || made.keys.includes(key))) return;
  yield made
    ? {
        manifest,
        field,
        message: `The Secret ${name} has no key ${JSON.stringify(key)}.`,
        got: key,
        ...meant(key!, made.keys!, 'add the key.'),
      }
    : {
        manifest,
        field,
        message: `There is no Secret ${JSON.stringify(name)} in the namespace ${namespace}, and no object creates it.`,
        got: name,
        ...meant(
          name,
          world.namesOf('Secret', namespace),
          'annotate the object that creates it in the cluster: callsign.dev/makes-secret: \'{"NAME":["KEY"]}\'.',
        ),
      };
}
