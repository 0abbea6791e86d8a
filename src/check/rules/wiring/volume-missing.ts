import { isOfKind } from '../../world/kinds';
import { meant, type Rule } from '../rule';
import { containersOf, isText, listOf } from '../../world/world';

export const volumeMissing: Rule = {
  code: 'volume-missing',
  why: 'The API server rejects a container that mounts an undefined volume.',
  fix: 'Add the volume to the pod, or name an existing one.',
  *find(world) {
    for (const pods of world.everyPod) {
      // A StatefulSet adds a volume for each of its claims to each pod.
      const claims = isOfKind(pods.manifest, 'StatefulSet')
        ? listOf(pods.manifest.object.spec?.volumeClaimTemplates)
        : [];
      const volumes = [
        ...listOf(pods.spec.volumes).map(({ name }) => name),
        ...claims.map(({ metadata }) => metadata?.name),
      ].filter(isText);
      for (const { container, at } of containersOf(pods)) {
        for (const field of ['volumeMounts', 'volumeDevices'] as const) {
          for (const [i, { name }] of listOf<{ name: string }>(container[field]).entries()) {
            if (!isText(name) || volumes.includes(name)) continue;
            yield {
              manifest: pods.manifest,
              field: [...at, field, i, 'name'],
              message: `The pod has no volume ${JSON.stringify(name)}.`,
              got: name,
              ...meant(name, volumes, 'add the volume to the pod.'),
            };
          }
        }
      }
    }
  },
};
