import { WAIVER_PREFIX } from '../k8s/keys';
import { CODES, type Code } from '../problems/codes';
import type { Manifest } from '../k8s/objects';
import { nearest } from '../basics/nearest';
import { show } from '../basics/text';
import type { Violation } from './rules/rule';

/** A violation and the code of its rule. */
export type Found = Violation & { readonly code: Code };

/** The violations that no waiver suppresses, followed by the problems of the waivers. */
export function waived(findings: readonly Found[], manifests: readonly Manifest[], active: ReadonlySet<Code>): Found[] {
  const waivers = manifests.flatMap((manifest) =>
    Object.entries(manifest.object.metadata.annotations ?? {})
      .filter(([key]) => key.startsWith(WAIVER_PREFIX))
      .map(([key, reason]) => ({ manifest, key, code: key.slice(WAIVER_PREFIX.length), reason, used: false })),
  );
  if (waivers.length === 0) return [...findings];
  const left = findings.filter(({ manifest, code }) => {
    const waiver = waivers.find((one) => one.manifest === manifest && one.code === code);
    if (waiver) waiver.used = true;
    return !waiver || !isReason(waiver.reason);
  });
  const wrong = waivers.flatMap(({ manifest, key, code, reason, used }): Found[] => {
    const about = { manifest, field: ['metadata', 'annotations', key], got: show(reason) };
    if (!Object.hasOwn(CODES, code)) {
      const guess = nearest(code, Object.keys(CODES));
      return [
        {
          ...about,
          code: 'waiver-invalid',
          message: `There is no rule ${JSON.stringify(code)}.`,
          got: code,
          expected: 'the code of a rule',
          fix: guess ? `Did you mean ${WAIVER_PREFIX}${guess}?` : 'Remove the waiver.',
        },
      ];
    }
    if (!isReason(reason))
      return [
        {
          ...about,
          code: 'waiver-invalid',
          message: `The waiver of ${code} has no reason.`,
          expected: 'a sentence with the reason',
          fix: 'Write the reason as the value of the annotation.',
        },
      ];
    // The rules of another profile did not run.
    if (used || !active.has(code as Code)) return [];
    return [
      {
        ...about,
        code: 'waiver-unused',
        message: `The waiver is unused: ${code} finds no problem in this object.`,
        expected: 'no waiver',
        fix: 'Remove the waiver.',
      },
    ];
  });
  return [...left, ...wrong];
}

/** A reason has at least two words. */
function isReason(reason: unknown): boolean {
  return typeof reason === 'string' && /\p{L}.*\s.*\p{L}/su.test(reason);
}
