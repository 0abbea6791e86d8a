import type { Manifest } from '../../../k8s/objects';
import { existingSecretsOf } from '../../../k8s/annotated-objects';
import type { RequirementRule } from '../requirement-rule';
import { gatewayPasswords } from '../../world/gateway-passwords';
import { references } from '../../world/workloads/references';
import { isText, listOf, namespaceOf, type World } from '../../world/world';

interface Use {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}

const CERTIFICATE = ['tls.crt', 'tls.key'];

/** Secrets that are not in the manifests and that nothing in the cluster creates. */
export const secrets: RequirementRule = {
  kind: 'secret',
  *find(world) {
    const uses = [
      ...inPods(world),
      ...inIngresses(world),
      ...inGateways(world),
      ...ofPasswords(world),
      ...saidToExist(world),
    ];
    const keys = new Map<string, Set<string>>();
    for (const use of uses) {
      const id = idOf(use);
      keys.set(id, new Set([...(keys.get(id) ?? []), ...use.keys]));
    }
    for (const use of uses) {
      const id = idOf(use);
      yield {
        manifest: use.manifest,
        what: `the Secret ${id}${keys.get(id)!.size > 0 ? `, with ${[...keys.get(id)!].join(', ')}` : ''}`,
        lookUp: {
          object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: use.name, namespace: use.namespace } },
        },
      };
    }
  },
};

function* inPods(world: World): Generator<Use> {
  for (const pods of world.pods) {
    const { manifest, namespace } = pods;
    for (const { name, key } of references(pods, 'Secret')) {
      if (isThere(world, namespace, name)) continue;
      yield { manifest, namespace, name, keys: key ? [key] : [] };
    }
  }
}

function* inIngresses(world: World): Generator<Use> {
  for (const manifest of world.ofKind('Ingress')) {
    const { spec } = manifest.object;
    const namespace = namespaceOf(manifest.object);
    for (const { secretName: name } of listOf(spec?.tls)) {
      if (isText(name) && !isThere(world, namespace, name)) yield { manifest, namespace, name, keys: CERTIFICATE };
    }
  }
}

function* inGateways(world: World): Generator<Use> {
  for (const manifest of world.ofKind('Gateway')) {
    for (const { tls } of listOf(manifest.object.spec?.listeners)) {
      for (const { name, namespace = namespaceOf(manifest.object) } of listOf(tls?.certificateRefs)) {
        if (isText(name) && !isThere(world, namespace, name)) yield { manifest, namespace, name, keys: CERTIFICATE };
      }
    }
  }
}

function* ofPasswords(world: World): Generator<Use> {
  for (const { manifest, namespace, name, key } of gatewayPasswords(world))
    if (!isThere(world, namespace, name)) yield { manifest, namespace, name, keys: key ? [key] : [] };
}

/** The Secrets that, according to the charts, already exist. The rules of check ignore them. */
function* saidToExist(world: World): Generator<Use> {
  for (const manifest of world.manifests) {
    const namespace = namespaceOf(manifest.object);
    for (const [name, keys = []] of existingSecretsOf(manifest.object)) yield { manifest, namespace, name, keys };
  }
}

function isThere(world: World, namespace: string, name: string): boolean {
  return (
    world.find('Secret', namespace, name) !== undefined || world.secretMadeInCluster(namespace, name) !== undefined
  );
}

function idOf({ namespace, name }: Use): string {
  return `${namespace}/${name}`;
}
