import type { FieldPath, Manifest } from '../../../k8s/objects';
import { isFilledLater } from '../../world/generated/filled-later';
import { mayExist } from '../../world/generated/may-exist';
import { references, type Reference } from '../../world/workloads/references';
import { gatewayPasswords } from '../../world/gateway-passwords';
import { declared } from '../../world/declared';
import type { ObjectOf } from '../../world/kinds';
import { placesAt } from '../../world/places';
import { mountedFiles } from '../../world/workloads/mounted-files';
import { fileMissing } from '../file-missing';
import { meant, type Violation, type Rule } from '../rule';
import { mayCreateSecret } from '../../world/generated/secret-creators';
import { isText, listOf, namespaceOf, type World } from '../../world/world';

export const secretMissing: Rule = {
  code: 'secret-missing',
  why: 'The pod does not start: it stays in ContainerCreating or CreateContainerConfigError. An Ingress serves a certificate that browsers do not trust, or refuses all requests if it has no passwords to compare.',
  fix: 'Add the Secret or the key, mark the reference as optional, or annotate the object that creates the Secret in the cluster.',
  *find(world) {
    for (const pods of world.pods) {
      for (const reference of references(pods, 'Secret'))
        yield* missing(world, pods.manifest, pods.namespace, reference);
      for (const file of mountedFiles(pods, 'Secret')) {
        const secret = world.find('Secret', pods.namespace, file.name)?.object;
        if (!secret || isFilledLater(world, secret)) continue;
        const found = fileMissing(file, 'Secret', keysOf(secret));
        if (found) yield { manifest: pods.manifest, ...found };
      }
    }
    for (const manifest of world.ofKind('Ingress')) {
      for (const [i, { secretName }] of listOf(manifest.object.spec?.tls).entries()) {
        const field: FieldPath = ['spec', 'tls', i, 'secretName'];
        // Certificates usually come from elsewhere. If the manifests create some, they should create all of them.
        if (isText(secretName) && world.makesCertificates(namespaceOf(manifest.object)))
          yield* missing(world, manifest, namespaceOf(manifest.object), { name: secretName, field });
      }
    }
    for (const { manifest, namespace, name, key, field } of gatewayPasswords(world))
      yield* missing(world, manifest, namespace, { name, key, field });
    for (const manifest of declared(world, 'TriggerAuthentication.keda.sh')) {
      const namespace = namespaceOf(manifest.object);
      // Without Secrets in the manifests of the namespace, they are created by other means.
      if (world.namesOf('Secret', namespace).length === 0) continue;
      for (const { value, field } of placesAt(manifest.object, 'spec.secretTargetRef[]')) {
        const { name, key } = value as { name?: unknown; key?: unknown };
        if (isText(name))
          yield* missing(world, manifest, namespace, { name, key: isText(key) ? key : undefined, field });
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
  const found = world.find('Secret', namespace, name)?.object;
  if (found && isFilledLater(world, found)) return;
  const made = found ? { keys: keysOf(found) } : world.secretMadeInCluster(namespace, name);
  if (!made && (mayExist(world, 'Secret', namespace, name) || mayCreateSecret(world, namespace, name))) return;
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

function keysOf({ data, stringData }: ObjectOf<'Secret'>): string[] {
  return [...Object.keys(data ?? {}), ...Object.keys(stringData ?? {})];
}
