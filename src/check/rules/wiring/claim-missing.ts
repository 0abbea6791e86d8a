import type { V1StatefulSet } from '@kubernetes/client-node';
import { meant, type Rule } from '../rule';
import { isText, list, namespaceOf, type World } from '../../world/world';

export const claimMissing: Rule = {
  code: 'claim-missing',
  why: 'The pod is never scheduled.',
  fix: 'Add the PersistentVolumeClaim.',
  *find(world) {
    const made = claimsOfStatefulSets(world);
    for (const { manifest, namespace, spec, at } of world.pods) {
      for (const [i, volume] of list(spec.volumes).entries()) {
        const name = volume.persistentVolumeClaim?.claimName;
        // The claims of a StatefulSet take the place of volumes with their names.
        if (
          manifest.object.kind === 'StatefulSet' &&
          list((manifest.object as V1StatefulSet).spec?.volumeClaimTemplates).some(
            ({ metadata }) => metadata?.name === volume.name,
          )
        )
          continue;
        if (
          !isText(name) ||
          world.find('PersistentVolumeClaim', namespace, name) ||
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
          ...meant(
            name,
            world.namesOf('PersistentVolumeClaim', namespace),
            'add the PersistentVolumeClaim: without it no pod starts.',
          ),
        };
      }
    }
  },
};

/** A StatefulSet makes a claim for each of its pods: `data-postgres-0`. */
function claimsOfStatefulSets(world: World): { namespace: string; prefix: string }[] {
  return world.ofKind('StatefulSet').flatMap(({ object }) =>
    list((object as V1StatefulSet).spec?.volumeClaimTemplates).map(({ metadata }) => ({
      namespace: namespaceOf(object),
      prefix: `${metadata?.name}-${object.metadata.name}-`,
    })),
  );
}
