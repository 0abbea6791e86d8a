import { fieldText, titleOf, type Manifest } from '../k8s/manifest';
import type { Problem } from '../k8s/problem';
import { RULES } from './registry';
import { waived } from './waivers';
import { World } from './world';

/** How much is asked: that things find each other, or that workloads are hardened too. */
export type Profile = 'wiring' | 'hardened';

export const PROFILES: readonly Profile[] = ['wiring', 'hardened'];

/** Everything that the rules find wrong with manifests that are to run together. */
export function check(manifests: readonly Manifest[], profile: Profile = 'wiring'): Problem[] {
  const world = new World(manifests);
  const rules = RULES.filter((rule) => profile === 'hardened' || rule.profile !== 'hardened');
  const findings = rules.flatMap((rule) => [...rule.find(world)].map((finding) => ({ code: rule.code, ...finding })));
  return waived(findings, manifests, new Set(rules.map(({ code }) => code))).map(({ manifest, field, ...finding }) => ({
    ...finding,
    path: manifest.path,
    object: titleOf(manifest.object),
    field: fieldText(field),
    place: manifest.place(field),
  }));
}
