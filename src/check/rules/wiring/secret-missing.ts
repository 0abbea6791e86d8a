import type { V1Ingress } from '@kubernetes/client-node';
import type { FieldPath, Manifest } from '../../../k8s/objects';
import { mayMake } from '../../world/operator-names';
import { references, type Reference } from '../../world/references';
import { meant, type Violation, type Rule } from '../rule';
import { mayCreateSecret } from '../../world/secret-creators';
import { isText, list, namespaceOf, type World } from '../../world/world';

export const secretMissing: Rule = {
  code: 'secret-missing',
  why: 'The pod waits for ever in ContainerCreating or CreateContainerConfigError; an Ingress answers with a certificate that no browser trusts.',
  fix: 'Add the Secret or the key, mark the reference optional, or annotate what makes it in the cluster.',
  *find(world) {
    for (const pods of world.pods)
      for (const reference of references(pods, 'Secret'))
        yield* missing(world, pods.manifest, pods.namespace, reference);
    for (const manifest of world.ofKind('Ingress')) {
      for (const [i, { secretName }] of list((manifest.object as V1Ingress).spec?.tls).entries()) {
        const field: FieldPath = ['spec', 'tls', i, 'secretName'];
        // Certificates mostly come from elsewhere; where some are made here, each is.
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
  const secret = world.find('Secret', namespace, name)?.object as { data?: object; stringData?: object } | undefined;
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
        message: `There is no Secret ${JSON.stringify(name)} in the namespace ${namespace}, and nothing here makes it.`,
        got: name,
        ...meant(
          name,
          world.namesOf('Secret', namespace),
          'annotate what makes it in the cluster: callsign.dev/makes-secret: \'{"NAME":["KEY"]}\'.',
        ),
      };
}
