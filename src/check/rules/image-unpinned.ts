import { Image } from '../../k8s/image';
import { show } from '../../k8s/problem';
import type { Rule } from '../rule';
import { containersOf } from '../world';

export const imageUnpinned: Rule = {
  code: 'image-unpinned',
  *find(world) {
    for (const pods of world.pods) {
      for (const { container, at } of containersOf(pods)) {
        if (typeof container.image !== 'string') continue;
        const image = Image.of(container.image);
        if (!image.valid || image.pinned) continue;
        yield {
          manifest: pods.manifest, field: [...at, 'image'], message: `The image of ${show(container.name)} means something else after the next push.`,
          expected: 'a tag other than latest, or a digest', got: show(container.image), mend: `Name a release, such as ${container.image.replace(/:latest$/, '')}:1.2.3.`,
        };
      }
    }
  },
};
