import { selectorText } from '../../../k8s/selector';
import type { Rule } from '../rule';
import { containersOf, podsTitle, servicesOf, type Pods } from '../../world/world';

export const serviceMixedPods: Rule = {
  code: 'service-mixed-pods',
  why: 'Calls go to whichever pod has the labels: some of them end at a program that was never meant.',
  fix: 'Select by a label that only the pods have which were meant.',
  *find(world) {
    for (const { manifest, namespace, spec } of servicesOf(world)) {
      if (!spec.selector || Object.keys(spec.selector).length === 0) continue;
      const [first, ...others] = world.select(namespace, { matchLabels: spec.selector });
      // Two releases of one program behind one Service are how a canary is made; two programs are an accident.
      const strange = first && others.find((other) => !isSameProgram(first, other));
      if (!first || !strange) continue;
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `It takes the pods of two programs: ${podsTitle(first)} and ${podsTitle(strange)}.`,
        expected: 'labels that the pods of one program have',
        got: selectorText({ matchLabels: spec.selector }),
        fix: `Add a label that tells ${podsTitle(first)} from ${podsTitle(strange)}.`,
      };
    }
  },
};

/** Whether the two are called alike, or some container of them is made from one image, whatever its tag. */
function isSameProgram(one: Pods, other: Pods): boolean {
  const images = imagesOf(one);
  return (
    stemOf(one.manifest.object.metadata.name) === stemOf(other.manifest.object.metadata.name) ||
    imagesOf(other).some((image) => images.includes(image))
  );
}

function imagesOf(pods: Pods): string[] {
  return containersOf(pods).map(({ container }) =>
    stemOf(
      String(container.image)
        .replace(/@.*$/, '')
        .replace(/:[^/]*$/, ''),
    ),
  );
}

/** A name without what tells one release from another: reviews-v2, web-canary. */
function stemOf(name: string): string {
  return name.replace(/-(v?\d[\w.]*|canary|stable|blue|green|primary|replica|baseline|preview|next|new|old|beta)$/, '');
}
