import { fieldText, titleOf, type Manifest } from '../k8s/manifest';
import type { Problem } from '../k8s/problem';
import { RULES } from './registry';
import { World } from './world';

/** Everything that the rules find wrong with manifests that are to run together. */
export function check(manifests: readonly Manifest[]): Problem[] {
  const world = new World(manifests);
  return RULES.flatMap((rule) =>
    [...rule.find(world)].map(({ manifest, field, ...finding }) => ({
      code: rule.code, ...finding, path: manifest.path, object: titleOf(manifest.object), field: fieldText(field), place: manifest.place(field),
    })));
}
