import { selectorText } from '../../../k8s/selector';
import type { Rule } from '../rule';
import { containersOf, podsTitle, servicesIn, type Pods } from '../../world/world';

export const serviceMixedPods: Rule = {
  code: 'service-mixed-pods',
  why: 'The Service sends some of the calls to the wrong program.',
  fix: 'Select by a label that only the intended pods have.',
  *find(world) {
    for (const { manifest, namespace, spec } of servicesIn(world)) {
      if (!spec.selector || Object.keys(spec.selector).length === 0) continue;
      const [first, ...others] = world.select(namespace, { matchLabels: spec.selector });
      // Two releases of one program behind one Service are a canary. Two programs are a mistake.
      const strange = first && others.find((other) => !isSameProgram(first, other));
      if (!first || !strange) continue;
      yield {
        manifest,
        field: ['spec', 'selector'],
        message: `The Service selects the pods of two programs: ${podsTitle(first)} and ${podsTitle(strange)}.`,
        expected: 'labels that only the pods of one program have',
        got: selectorText({ matchLabels: spec.selector }),
        fix: `Add a label that distinguishes ${podsTitle(first)} from ${podsTitle(strange)}.`,
      };
    }
  },
};

/** Whether the two have the same name, or containers from the same image, regardless of the tag. */
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

/** A name without its release suffix, as in `reviews-v2` and `web-canary`. */
function stemOf(name: string): string {
  return name.replace(/-(v?\d[\w.]*|canary|stable|blue|green|primary|replica|baseline|preview|next|new|old|beta)$/, '');
}
