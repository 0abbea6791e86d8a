import { WAIVER_PREFIX } from '../k8s/keys';
import { CODES, type Code } from '../problems/codes';
import type { Manifest } from '../k8s/objects';
import { nearest } from '../basics/nearest';
import { isReason } from '../basics/reason';
import { show } from '../basics/text';
import type { Violation } from './rules/rule';

/** A violation and the code of its rule. */
export type Found = Violation & { readonly code: Code };

/**
 * The violations that no waiver suppresses, followed by the problems of the waivers. A waiver with a date is valid until
 * the end of that day in UTC.
 */
export function waived(
  findings: readonly Found[],
  manifests: readonly Manifest[],
  active: ReadonlySet<Code>,
  now: Date,
): Found[] {
  const waivers = manifests.flatMap((manifest) =>
    Object.entries(manifest.object.metadata.annotations ?? {})
      .filter(([key]) => key.startsWith(WAIVER_PREFIX))
      .map(([key, text]) => ({
        manifest,
        key,
        code: key.slice(WAIVER_PREFIX.length),
        text,
        ...waiverOf(text, now),
        used: false,
      })),
  );
  if (waivers.length === 0) return [...findings];
  const left = findings.filter(({ manifest, code }) => {
    const waiver = waivers.find((one) => one.manifest === manifest && one.code === code);
    if (waiver) waiver.used = true;
    return waiver?.state !== 'valid';
  });
  const wrong = waivers.flatMap(({ manifest, key, code, text, state, until, used }): Found[] => {
    const about = { manifest, field: ['metadata', 'annotations', key], got: show(text) };
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
    if (state === 'dateless')
      return [
        {
          ...about,
          code: 'waiver-invalid',
          message: `The waiver of ${code} has no valid date.`,
          expected: 'a date and a reason, such as "until 2027-03-01: the reason"',
          fix: 'Write the date as year, month and day, with a colon after it.',
        },
      ];
    if (state === 'unreasoned')
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
    if (!active.has(code as Code)) return [];
    if (used && state === 'expired')
      return [
        {
          ...about,
          code: 'waiver-expired',
          message: `The waiver of ${code} ended on ${until}.`,
          expected: `${until} or earlier, or a later date in the waiver`,
          got: now.toISOString().slice(0, 10),
          fix: `Correct the problem of ${code} and remove the waiver, or set a later date.`,
        },
      ];
    if (used) return [];
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

interface Waiver {
  readonly state: 'valid' | 'expired' | 'dateless' | 'unreasoned';
  /** Its last day. */
  readonly until?: string;
}

/** `until`, a word and a colon are meant as a date, and so is anything that looks like a date. */
const UNTIL = /^\s*until\s+(?:([^\s:]+)\s*:|(?:\d{4}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{4}))/i;

/** Reads the value of a waiver: a reason, or `until 2027-03-01: reason`. */
function waiverOf(text: unknown, now: Date): Waiver {
  const [written, date] = UNTIL.exec(String(text)) ?? [];
  if (written === undefined) return { state: isReason(text) ? 'valid' : 'unreasoned' };
  if (date === undefined || !isDate(date)) return { state: 'dateless' };
  if (!isReason(String(text).slice(written.length))) return { state: 'unreasoned' };
  return { state: now.toISOString().slice(0, 10) > date ? 'expired' : 'valid', until: date };
}

/** Whether it is a day of the calendar, such as 2027-03-01. */
function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
