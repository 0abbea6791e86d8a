import { fieldText, identityOf, titleOf, type KubeObject, type Manifest } from '../k8s/objects';
import type { Problem } from '../problems/problem';
import { show } from '../basics/text';
import { databasesOf, dataChanges, keyOf } from './data';
import { fixedChanges, type FixedChange } from './immutable-fields';

/** How a person names an object on the command line: `statefulset/postgres`. */
function referenceOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

/**
 * What of the step from earlier manifests to these the cluster cannot make in place. Whoever makes it by hand names the
 * object in `replaced`.
 */
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
    const database = databasesOf([object]).size > 0 ? databases.get(keyOf(object)) : undefined;
    if (!(was ?? database) || replaced.includes(referenceOf(object))) return [];
    const lost = database ? [...dataChanges(database, object)] : [];
    // Where the data cannot be read at all, what it lies on is no matter.
    const refused = was && lost.length === 0 ? fixedChanges(was, object) : [];
    return [
      ...lost.map((change) => problemOf('data-unreadable', manifest, change)),
      ...refused.map((change) => problemOf('change-not-in-place', manifest, change)),
    ];
  });
}

function problemOf(code: Problem['code'], manifest: Manifest, { field, message, from, to, fix }: FixedChange): Problem {
  const { object, path } = manifest;
  return {
    code,
    message,
    path,
    object: titleOf(object),
    field: fieldText(field),
    place: manifest.place(field),
    ...(from !== undefined && { expected: `as it was: ${show(from)}` }),
    ...(to !== undefined && { got: show(to) }),
    fix: `Take the change back. Or, to make it by hand: callsign synth --replace ${referenceOf(object)}, then ${fix}.`,
  };
}
