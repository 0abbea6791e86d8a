import { mayExist } from '../../world/generated/may-exist';
import { isOfKind } from '../../world/kinds';
import { meant, type Rule } from '../rule';
import { isText, listOf, namespaceOf, type World } from '../../world/world';

export const claimMissing: Rule = {
  code: 'claim-missing',
  why: 'A pod whose claim does not exist is never scheduled.',
  fix: 'Add the PersistentVolumeClaim.',
  *find(world) {
    const made = claimsOfStatefulSets(world);
    for (const { manifest, namespace, spec, at } of world.pods) {
      for (const [i, volume] of listOf(spec.volumes).entries()) {
        const name = volume.persistentVolumeClaim?.claimName;
        // The claims of a StatefulSet replace volumes with the same names.
        if (
          isOfKind(manifest, 'StatefulSet') &&
          listOf(manifest.object.spec?.volumeClaimTemplates).some(({ metadata }) => metadata?.name === volume.name)
        )
          continue;
        if (
          !isText(name) ||
          world.find('PersistentVolumeClaim', namespace, name) ||
          mayExist(world, 'PersistentVolumeClaim', namespace, name) ||
          made.some(
            (claim) =>
              claim.namespace === namespace &&
              name.startsWith(claim.prefix) &&
              /^\d+$/.test(name.slice(claim.prefix.length)),
          )
        )
          continue;
        yield {
          manifest,
          field: [...at, 'volumes', i, 'persistentVolumeClaim', 'claimName'],
          message: `There is no claim ${JSON.stringify(name)} in the namespace ${namespace}.`,
          got: name,
          ...meant(name, world.namesOf('PersistentVolumeClaim', namespace), 'add the PersistentVolumeClaim.'),
        };
      }
    }
  },
};

/** A StatefulSet creates a claim for each of its pods, such as `data-postgres-0`. */
function claimsOfStatefulSets(world: World): { namespace: string; prefix: string }[] {
  return world.ofKind('StatefulSet').flatMap(({ object }) =>
    listOf(object.spec?.volumeClaimTemplates).map(({ metadata }) => ({
      namespace: namespaceOf(object),
      prefix: `${metadata?.name}-${object.metadata.name}-`,
    })),
  );
}
