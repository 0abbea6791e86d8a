import { HAND_OVER_MANAGER, SCHEDULE_MANAGER } from '../../k8s/keys';
import { referenceOf, titleOf, valueAt, type KubeObject, type Manifest } from '../../k8s/objects';
import type { Problem } from '../../problems/problem';
import { showBoth } from '../../basics/text';
import type { LiveObject } from '../connection/api-server';
import { fieldPathIn } from '../fields/field-path';

/** A field that another manager owns, as the API server reports it. */
interface Conflict {
  readonly field?: string;
  readonly message?: string;
}

/** Managers whose fields are ours to set again: `kubectl apply`, and those that only held a number for us. */
const OURS_TO_TAKE = new Set(['kubectl-client-side-apply', HAND_OVER_MANAGER, SCHEDULE_MANAGER]);

/** Fields that may be taken: by `--take`, or from an autoscaler that leaves the charts. */
interface Takeable {
  readonly take: ReadonlySet<string>;
  readonly freed: ReadonlySet<string>;
}

/**
 * Whether apply may take the field: it belongs to an earlier apply of the charts or to an autoscaler that leaves them,
 * or `--take` names it.
 */
export function mayTake({ object }: Manifest, conflict: Conflict, { take, freed }: Takeable): boolean {
  const { manager, subresource } = ownerOf(conflict);
  if (isAutoscaler(manager, subresource) && freed.has(takeText(object, conflict))) return true;
  // `kubectl apply --server-side` and `kubectl scale` are both `kubectl`, but only the second writes to a subresource.
  const taken = OURS_TO_TAKE.has(manager) || (manager === 'kubectl' && subresource === undefined);
  return taken || take.has(takeText(object, conflict));
}

/** One problem per field that another manager owns. */
export function conflictProblems(
  manifest: Manifest,
  conflicts: readonly Conflict[],
  body: KubeObject,
  live: LiveObject,
): Problem[] {
  const { object, path } = manifest;
  return conflicts.map((conflict) => {
    const { manager, subresource } = ownerOf(conflict);
    const field = fieldPathIn(body, conflict.field ?? '');
    const value = valueAt(live, fieldPathIn(live, conflict.field ?? ''));
    const [ours, theirs] = showBoth(valueAt(body, field), value);
    const who = `${manager}${subresource === undefined ? '' : ` (by ${subresource})`}`;
    return {
      code: 'field-owned',
      path,
      object: titleOf(object),
      field: (conflict.field ?? '').replace(/^\./, ''),
      place: manifest.place(field),
      message: `Another manager owns this field: ${who}.`,
      expected: `${ours}, as in the charts`,
      got: `${theirs}, set by ${manager}`,
      fix: `${fixOf(manager, subresource)} Or take the field: --take ${quoted(takeText(object, conflict))}.`,
    };
  });
}

function fixOf(manager: string, subresource: string | undefined): string {
  if (isAutoscaler(manager, subresource))
    return 'Remove replicas from the charts and set autoscale, or delete the HorizontalPodAutoscaler.';
  return 'Write the value of the cluster into the charts, or remove the field from the charts.';
}

/** The HorizontalPodAutoscaler runs in the controller manager. */
function isAutoscaler(manager: string, subresource: string | undefined): boolean {
  return manager === 'kube-controller-manager' && subresource === 'scale';
}

function ownerOf({ message = '' }: Conflict): { manager: string; subresource?: string } {
  const [, manager = message, subresource] =
    /conflict with "([^"]+)"(?: with subresource "([^"]+)")?/.exec(message) ?? [];
  return { manager, subresource };
}

/** The field for `--take`: `deployment/web:spec.replicas`. */
function takeText(object: KubeObject, { field = '' }: Conflict): string {
  return `${referenceOf(object)}:${field.replace(/^\./, '')}`;
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text}'`;
}
