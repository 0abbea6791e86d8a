import { fieldOf } from '../k8s/field-title';
import { fieldText, titleOf, type FieldPath, type Manifest } from '../k8s/objects';
import type { Code } from '../problems/codes';
import type { Problem } from '../problems/problem';
import type { Profile } from './profile';
import { placeholderIn } from './read/placeholders';
import { HARDENED_RULES, HINT_RULES, RULES } from './rules/registry';
import type { Rule, Violation } from './rules/rule';
import { waived, type Found } from './waivers';
import type { World } from './world/world';

/** The problems that the rules of a profile find. */
export function problemsIn(world: World, profile: Profile, now?: Date): Problem[] {
  return problemsOf(
    world,
    RULES.filter((rule) => profile === 'hardened' || rule.profile !== 'hardened'),
    now,
  );
}

/** What may be a mistake, or intended. It does not fail a check. */
export function hintsIn(world: World, profile: Profile = 'wiring', now?: Date): Problem[] {
  const rules = HINT_RULES.filter(({ isHardened }) => profile === 'hardened' || !isHardened);
  // The check of the rules reports invalid waivers.
  return problemsOf(world, rules, now).filter(({ code }) => code !== 'waiver-invalid');
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
  const left = waived(
    findings.filter((finding) => !isAboutPlaceholder(finding)),
    world.manifests,
    new Set(rules.map(({ code }) => code)),
    now,
  );
  return onceEach(left)
    .filter(({ code, manifest }) => code !== 'waiver-unused' || !world.isUnsure(manifest))
    .map(({ manifest, field, ...finding }) => ({
      ...finding,
      path: manifest.path,
      object: titleOf(manifest.object),
      ...fieldOf(manifest.object, field),
      place: manifest.place(field),
    }));
}

/** Whether a finding follows from a placeholder. The template is reported once, when its file is read. */
function isAboutPlaceholder({ manifest, field, got }: Violation): boolean {
  if (!manifest.placeholders) return false;
  return (
    (got !== undefined && placeholderIn(got) !== undefined) ||
    manifest.placeholders.some((placeholder) => isWithin(placeholder, field) || isWithin(field, placeholder))
  );
}

function isWithin(outer: FieldPath, inner: FieldPath): boolean {
  return outer.every((part, i) => inner[i] === part);
}

const HARDENED: ReadonlySet<Code> = new Set(HARDENED_RULES.map(({ code }) => code));

/** Without the findings of hardened rules that pod-refused reports, with the namespace as the reason. */
function onceEach(findings: Found[]): Found[] {
  const refused = new Map<Manifest, Set<string>>();
  for (const { code, manifest, field } of findings) {
    if (code !== 'pod-refused') continue;
    const fields = refused.get(manifest) ?? new Set();
    refused.set(manifest, fields.add(fieldText(field)));
  }
  if (refused.size === 0) return findings;
  return findings.filter(
    ({ code, manifest, field }) => !HARDENED.has(code) || !refused.get(manifest)?.has(fieldText(field)),
  );
}
