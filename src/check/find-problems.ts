import { fieldOf } from '../k8s/field-title';
import { titleOf } from '../k8s/objects';
import type { Problem } from '../problems/problem';
import type { Profile } from './profile';
import { RULES } from './rules/registry';
import type { Rule } from './rules/rule';
import { waived } from './waivers';
import type { World } from './world/world';

/** The problems that the rules of a profile find. */
export function problemsIn(world: World, profile: Profile, now?: Date): Problem[] {
  return problemsOf(
    world,
    RULES.filter((rule) => profile === 'hardened' || rule.profile !== 'hardened'),
    now,
  );
}

/** The problems that only the hardened profile finds, after the wiring rules found none. */
export function hardenedProblemsIn(world: World): Problem[] {
  return problemsOf(
    world,
    RULES.filter(({ profile }) => profile === 'hardened'),
  );
}

function problemsOf(world: World, candidates: readonly Rule[], now = new Date()): Problem[] {
  const rules = candidates.filter(({ needsVersion }) => !needsVersion || world.kubernetes !== undefined);
  const findings = rules.flatMap((rule) => [...rule.find(world)].map((finding) => ({ code: rule.code, ...finding })));
  return waived(findings, world.manifests, new Set(rules.map(({ code }) => code)), now).map(
    ({ manifest, field, ...finding }) => ({
      ...finding,
      path: manifest.path,
      object: titleOf(manifest.object),
      ...fieldOf(manifest.object, field),
      place: manifest.place(field),
    }),
  );
}
