import type { Code } from '../../problems/codes';
import { nearest } from '../../basics/nearest';
import { typoOf } from '../../basics/typo';
import type { FieldPath, Manifest } from '../../k8s/objects';
import type { World } from '../world/world';

/** What a rule finds. The check turns it into a problem with a place. */
export interface Violation {
  readonly manifest: Manifest;
  readonly field: FieldPath;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  readonly fix: string;
}

/** A check for one kind of mistake. */
export interface Rule {
  readonly code: Code;
  /**
   * The profile of the rule. Without one, the rule is part of every check. The findings of a hint may be intended: they
   * do not fail a check.
   */
  readonly profile?: 'hardened' | 'hint';
  /** The hint belongs to the profile `hardened`. */
  readonly isHardened?: true;
  /** The rule applies only if the version of the cluster is known. */
  readonly needsVersion?: true;
  /** What happens if the mistake is not fixed. */
  readonly why: string;
  /** How to fix the mistake in general. */
  readonly fix: string;
  find(world: World): Iterable<Violation>;
}

/** Suggests a known name that is similar to the given one, as the `expected` and `fix` of a problem. */
export function meant(name: string, known: readonly string[], otherwise: string): { expected?: string; fix: string } {
  const guess = typoOf(name, known) ?? nearest(name, known);
  return {
    expected: known.length > 0 ? `one of ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', …' : ''}` : undefined,
    fix: guess
      ? `Did you mean ${guess}? Otherwise, ${otherwise}`
      : `${otherwise[0]!.toUpperCase()}${otherwise.slice(1)}`,
  };
}
