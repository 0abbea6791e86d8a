import type { Problem } from '../problems/problem';
import type { Profile } from './profile';
import { HINT_RULES, RULES } from './rules/registry';

/**
 * A problem that a team accepts for now: what and where, without the line, so that other changes of the file do not
 * matter.
 */
export interface KnownProblem {
  readonly code: string;
  /** The object or the construct. */
  readonly object?: string;
  /** The field, with the names of list items. */
  readonly field?: string;
  /** The file of a problem that belongs to no object. */
  readonly file?: string;
  /** How many such problems there are, if it is more than one: the same object can be in several files. */
  readonly count?: number;
}

/** Problems compared with a baseline. */
export interface Compared {
  /** The problems that are not in the baseline. */
  readonly added: readonly Problem[];
  /** The number of problems that are in the baseline. */
  readonly known: number;
  /** The problems of the baseline that are gone. */
  readonly fixed: readonly KnownProblem[];
}

/** The baseline of problems, in an order that does not depend on the files. */
export function baselineOf(problems: readonly Problem[]): KnownProblem[] {
  const found = new Map<string, { readonly known: KnownProblem; count: number }>();
  for (const problem of problems) {
    const key = fingerprintOf(problem);
    const entry = found.get(key) ?? { known: knownOf(problem), count: 0 };
    entry.count++;
    found.set(key, entry);
  }
  return [...found]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { known, count }]) => ({ ...known, ...(count > 1 && { count }) }));
}

/** Separates new problems from those of a baseline. Rules of another profile did not run, so their problems are not fixed. */
export function comparedWith(
  baseline: readonly KnownProblem[],
  problems: readonly Problem[],
  profile: Profile,
): Compared {
  const left = new Map<string, { readonly known: KnownProblem; count: number }>();
  for (const known of baseline) {
    const key = keyOf(known);
    left.set(key, { known, count: (left.get(key)?.count ?? 0) + (known.count ?? 1) });
  }
  const added = problems.filter((problem) => {
    const entry = left.get(fingerprintOf(problem));
    if (!entry || entry.count === 0) return true;
    entry.count--;
    return false;
  });
  const fixed = [...left.values()]
    .filter(({ known, count }) => count > 0 && hasRun(known.code, profile))
    .map(({ known, count }) => ({ ...known, count: count > 1 ? count : undefined }));
  return { added, known: problems.length - added.length, fixed };
}

/** What identifies a problem in later runs: the code, the object and the field, but not the line. */
export function fingerprintOf(problem: Problem): string {
  return keyOf(knownOf(problem));
}

function knownOf({ code, object, path, field, fieldTitle, place }: Problem): KnownProblem {
  const owner = object ?? path;
  const at = fieldTitle ?? field;
  return {
    code,
    ...(owner !== undefined && { object: owner }),
    ...(at !== undefined && { field: at }),
    ...(owner === undefined && place && { file: place.file }),
  };
}

function keyOf({ code, object, field, file }: KnownProblem): string {
  return JSON.stringify([code, object ?? '', field ?? '', file ?? '']);
}

function hasRun(code: string, profile: Profile): boolean {
  const rule = [...RULES, ...HINT_RULES].find((one) => one.code === code);
  return profile === 'hardened' || !(rule?.profile === 'hardened' || rule?.isHardened);
}
