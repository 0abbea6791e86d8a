import type { Code } from '../k8s/codes';
import { nearest } from '../k8s/names';
import type { FieldPath, Manifest } from '../k8s/manifest';
import type { World } from './world';

/** What a rule found: the registry turns it into a problem with its place. */
export interface Finding {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  readonly mend: string;
}

/** One kind of mistake, and how to find every place where it was made. */
export interface Rule {
  readonly code: Code;
  /** Whether only those who ask for it are told; what is broken everybody is told. */
  readonly profile?: 'hardened';
  /** Why it matters: what happens to whoever lets it be. */
  readonly why: string;
  /** How it is mended, in general. */
  readonly mend: string;
  find(world: World): Iterable<Finding>;
}

/** What the name was probably meant to be, as the `expected` and `mend` of a finding. */
export function meant(name: string, known: readonly string[], otherwise: string): { expected?: string; mend: string } {
  const guess = nearest(name, known);
  return {
    expected: known.length > 0 ? `one of ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}` : undefined,
    mend: guess
      ? `Write ${guess}, if that is what was meant; or ${otherwise}`
      : `${otherwise[0]!.toUpperCase()}${otherwise.slice(1)}`,
  };
}
