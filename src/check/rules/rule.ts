import type { Code } from '../../problems/codes';
import { nearest } from '../../basics/nearest';
import type { FieldPath, Manifest } from '../../k8s/objects';
import type { World } from '../world/world';

/** What a rule found: the registry turns it into a problem with its place. */
export interface Violation {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix: string;
}

/** One kind of mistake, and how to find every place where it was made. */
export interface Rule {
  readonly code: Code;
  /** Whether only those who ask for it are told; what is broken everybody is told. */
  readonly profile?: 'hardened';
  /** Why it matters: what happens to whoever lets it be. */
  readonly why: string;
  /** How it is fixed, in general. */
  readonly fix: string;
  find(world: World): Iterable<Violation>;
}

/** What the name was probably meant to be, as the `expected` and `fix` of a finding. */
export function meant(name: string, known: readonly string[], otherwise: string): { expected?: string; fix: string } {
  const guess = nearest(name, known);
  return {
    expected: known.length > 0 ? `one of ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}` : undefined,
    fix: guess
      ? `Write ${guess}, if that is what was meant; or ${otherwise}`
      : `${otherwise[0]!.toUpperCase()}${otherwise.slice(1)}`,
  };
}
