import type { V1StatefulSet } from '@kubernetes/client-node';
import { meant, type Rule } from '../rule';
import { containersOf, isText, list } from '../../world/world';

export const volumeMissing: Rule = {
  code: 'volume-missing',
  why: 'A container cannot mount what its pod does not have: an API server refuses it.',
  fix: 'Add the volume to the pod, or name one that is there.',
  *find(world) {
    for (const pods of world.pods) {
      // A StatefulSet gives each pod a volume for each of its claims.
      const claims =
        pods.manifest.object.kind === 'StatefulSet'
          ? list((pods.manifest.object as V1StatefulSet).spec?.volumeClaimTemplates)
          : [];
      const volumes = [
        ...list(pods.spec.volumes).map(({ name }) => name),
        ...claims.map(({ metadata }) => metadata?.name),
      ].filter(isText);
      for (const { container, at } of containersOf(pods)) {
        for (const field of ['volumeMounts', 'volumeDevices'] as const) {
          for (const [i, { name }] of list<{ name: string }>(container[field]).entries()) {
            if (!isText(name) || volumes.includes(name)) continue;
            yield {
              manifest: pods.manifest,
              field: [...at, field, i, 'name'],
              message: `The pod has no volume ${JSON.stringify(name)}.`,
              got: name,
              ...meant(name, volumes, 'add it to the volumes of the pod.'),
            };
          }
        }
      }
    }
  },
};
