import { WAIVER_PREFIX } from '../k8s/keys';
import { CODES, type Code } from '../problems/codes';
import type { Manifest } from '../k8s/objects';
import { nearest } from '../basics/nearest';
import { show } from '../basics/text';
import type { Violation } from './rules/rule';

/** A finding and the code of its rule. */
export type Found = Violation & { readonly code: Code };

/** The annotation that waives a rule for its object; its value is the reason. */

/** The findings without what their objects waive, and with what is wrong with the waivers. */
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
          message: `There is no rule ${JSON.stringify(code)} to waive.`,
          got: code,
          expected: 'the code of a rule',
          fix: guess ? `Write ${WAIVER_PREFIX}${guess}, if that is what was meant.` : 'Take it out.',
        },
      ];
    }
    if (!isReason(reason))
      return [
        {
          ...about,
          code: 'waiver-invalid',
          message: `The waiver of ${code} has no reason.`,
          expected: 'a sentence that says why',
          fix: 'Write the reason as its value.',
        },
      ];
    // A rule that was not asked may yet find something.
    if (used || !active.has(code as Code)) return [];
    return [
      {
        ...about,
        code: 'waiver-unused',
        message: `There is nothing to waive: ${code} finds nothing here.`,
        expected: 'no waiver',
        fix: 'Take it out, so that it hides nothing later.',
      },
    ];
  });
  return [...left, ...wrong];
}

/** A reason is told in words. */
function isReason(reason: unknown): boolean {
  return typeof reason === 'string' && /\p{L}.*\s.*\p{L}/su.test(reason);
}
