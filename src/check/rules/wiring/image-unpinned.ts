import { Image } from '../../../images/image';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf, listOf, type Pods } from '../../world/world';

export const imageUnpinned: Rule = {
  code: 'image-unpinned',
  why: 'Without a fixed tag the same manifest can run different programs, and a rollback is impossible.',
  fix: 'Use the tag of a release, or a digest.',
  *find(world) {
    for (const pods of world.everyPod) {
      for (const { name, reference, field } of imagesOf(pods)) {
        if (typeof reference !== 'string') continue;
        const image = Image.of(reference);
        if (image.pinned) continue;
        yield {
          manifest: pods.manifest,
          field,
          expected: 'a tag other than latest, or a digest',
          got: show(reference),
          ...(image.valid
            ? {
                message: `The image tag of ${show(name)} is not pinned.`,
                fix: `Use the tag of a release, such as ${reference.replace(/:latest$/, '')}:1.2.3.`,
              }
            : {
                message: `The image of ${show(name)} is not a valid image reference.`,
                fix: 'Write a reference such as registry.example.com/name:1.2.3.',
              }),
        };
      }
    }
  },
};

/** The images of the containers and of the volumes. */
function imagesOf(pods: Pods) {
  return [
    ...containersOf(pods).map(({ container, at }) => ({
      name: container.name,
      reference: container.image,
      field: [...at, 'image'],
    })),
    ...listOf(pods.spec.volumes).map(({ name, image }, i) => ({
      name,
      reference: image?.reference,
      field: [...pods.at, 'volumes', i, 'image', 'reference'],
    })),
  ];
}
