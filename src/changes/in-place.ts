import { fieldOf } from '../k8s/field-title';
import { identityOf, referenceOf, titleOf, type KubeObject, type Manifest } from '../k8s/objects';
import type { Problem } from '../problems/problem';
import { showBoth } from '../basics/text';
import { databasesOf, dataChanges, databaseKey } from './data';
import { refusedChanges, type RefusedChange } from './immutable-fields';

/** The changes from earlier manifests to these that the cluster cannot make in place, except for the `replaced` objects. */
export function inPlaceProblems(
  before: readonly KubeObject[],
  manifests: readonly Manifest[],
  replaced: readonly string[] = [],
): Problem[] {
  const old = new Map(before.map((object) => [identityOf(object), object]));
  const databases = databasesOf(before);
  return manifests.flatMap((manifest) => {
    const { object } = manifest;
    const was = old.get(identityOf(object));
    const database = databasesOf([object]).size > 0 ? databases.get(databaseKey(object)) : undefined;
    if (!(was ?? database) || replaced.includes(referenceOf(object))) return [];
    const lost = database ? [...dataChanges(database, object)] : [];
    // If the data is unreadable, the other changes do not matter.
    const refused = was && lost.length === 0 ? refusedChanges(was, object) : [];
    return [
      ...lost.map((change) => changeProblem('data-unreadable', manifest, change, byHand(manifest, change))),
      ...refused.map((change) => changeProblem('change-not-in-place', manifest, change, byHand(manifest, change))),
    ];
  });
}

function byHand({ object }: Manifest, { fix }: RefusedChange): string {
  return `callsign synth --replace ${referenceOf(object)}, then ${fix}`;
}

/** A change that must not be made, and how it can be made by hand. */
export function changeProblem(
  code: Problem['code'],
  manifest: Manifest,
  { field, message, from, to }: Omit<RefusedChange, 'fix'>,
  procedure: string,
): Problem {
  const { object, path } = manifest;
  const [expected, got] = showBoth(from, to);
  return {
    code,
    message,
    path,
    object: titleOf(object),
    ...fieldOf(object, field),
    place: manifest.place(field),
    ...(from !== undefined && { expected: `no change: ${expected}` }),
    ...(to !== undefined && { got }),
    fix: `Undo the change. Or make it by hand: ${procedure}.`,
  };
}
