import { Image } from '../../../images/image';
import { show } from '../../../basics/text';
import type { Rule } from '../rule';
import { containersOf } from '../../world/world';

export const imageUnpinned: Rule = {
  code: 'image-unpinned',
  why: 'Without a fixed tag the same manifest runs different programs on different days, and going back is impossible.',
  fix: 'Name a release, or a digest.',
  *find(world) {
    for (const pods of world.pods) {
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
                message: `The image of ${show(container.name)} means something else after the next push.`,
                fix: `Name a release, such as ${container.image.replace(/:latest$/, '')}:1.2.3.`,
              }
            : {
                message: `The image of ${show(container.name)} is no name that a container runtime can pull.`,
                fix: 'Write it like registry.example.com/name:1.2.3.',
              }),
        };
      }
    }
  },
};
