import { Image } from '../../../images/image';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf } from '../../world/world';

export const imageUnpinned: Rule = {
  code: 'image-unpinned',
  why: 'Without a fixed tag the same manifest can run different programs, and a rollback is impossible.',
  fix: 'Use the tag of a release, or a digest.',
  *find(world) {
    for (const pods of world.everyPod) {
      for (const { container, at } of containersOf(pods)) {
        if (typeof container.image !== 'string') continue;
        const image = Image.of(container.image);
        if (image.pinned) continue;
        yield {
          manifest: pods.manifest,
          field: [...at, 'image'],
          expected: 'a tag other than latest, or a digest',
          got: show(container.image),
          ...(image.valid
            ? {
                message: `The image tag of ${show(container.name)} is not pinned.`,
                fix: `Use the tag of a release, such as ${container.image.replace(/:latest$/, '')}:1.2.3.`,
              }
            : {
                message: `The image of ${show(container.name)} is not a valid image reference.`,
                fix: 'Write a reference such as registry.example.com/name:1.2.3.',
              }),
        };
      }
    }
  },
};
