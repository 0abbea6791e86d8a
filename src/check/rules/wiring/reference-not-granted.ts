import type { FieldPath, Manifest } from '../../../k8s/objects';
import { declared, declaredIn } from '../../world/declared';
import { backendsOf } from '../../world/network/backends';
import { placesAt } from '../../world/places';
import type { Rule } from '../rule';
import { isText, listOf, namespaceOf, type World } from '../../world/world';

const GROUP = 'gateway.networking.k8s.io';

export const referenceNotGranted: Rule = {
  code: 'reference-not-granted',
  why: 'The controller ignores a reference to another namespace without a ReferenceGrant: requests fail, or the listener serves no TLS.',
  fix: 'Add a ReferenceGrant to the namespace of the object that is used.',
  *find(world) {
    for (const { manifest, field, kind, name, namespace } of [...backends(world), ...certificates(world)]) {
      const user = { kind: manifest.object.kind, namespace: namespaceOf(manifest.object) };
      if (namespace === user.namespace || isGranted(world, user, { kind, name, namespace })) continue;
      yield {
        manifest,
        field: [...field, 'namespace'],
        message: `No ReferenceGrant allows this ${user.kind} to use the ${kind} ${name} of the namespace ${namespace}.`,
        expected: `a ReferenceGrant in the namespace ${namespace}`,
        got: namespace,
        fix: `Add a ReferenceGrant to ${namespace}: from ${user.kind} in ${user.namespace}, to ${kind}.`,
      };
    }
  },
};

/** A declared object in another namespace. The grants of namespaces outside the manifests are unknown. */
interface ForeignObject {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

function* backends(world: World): Generator<ForeignObject> {
  for (const { manifest, field, name, namespace, service } of backendsOf(world))
    if (service && manifest.object.apiVersion.startsWith(`${GROUP}/`))
      yield { manifest, field, kind: 'Service', name, namespace };
}

function* certificates(world: World): Generator<ForeignObject> {
  for (const manifest of declared(world, `Gateway.${GROUP}`)) {
    for (const { value, field } of placesAt(manifest.object, 'spec.listeners[].tls.certificateRefs[]')) {
      const { kind = 'Secret', name, namespace } = value as { kind?: unknown; name?: unknown; namespace?: unknown };
      if (kind !== 'Secret' || !isText(name) || !isText(namespace)) continue;
      if (world.find('Secret', namespace, name) ?? world.secretMadeInCluster(namespace, name))
        yield { manifest, field, kind, name, namespace };
    }
  }
}

interface Grant {
  readonly from?: readonly { readonly group?: string; readonly kind?: string; readonly namespace?: string }[] | null;
  readonly to?: readonly { readonly group?: string; readonly kind?: string; readonly name?: string }[] | null;
}

function isGranted(
  world: World,
  user: { readonly kind: string; readonly namespace: string },
  used: Pick<ForeignObject, 'kind' | 'name' | 'namespace'>,
): boolean {
  return declaredIn(world, `ReferenceGrant.${GROUP}`, used.namespace).some(({ object }) => {
    const { from, to } = (object.spec ?? {}) as Grant;
    return (
      listOf(from).some((one) => one.group === GROUP && one.kind === user.kind && one.namespace === user.namespace) &&
      listOf(to).some((one) => !one.group && one.kind === used.kind && (!one.name || one.name === used.name))
    );
  });
}
