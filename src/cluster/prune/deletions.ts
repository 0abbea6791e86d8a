import { identityOf, type KubeObject } from '../../k8s/objects';
import { own } from '../../basics/own';
import { isOurs, managersOf } from '../fields/managed-fields';
import type { ReleasedObject } from '../release/members';

/** The kinds that are deleted only with an option: their deletion destroys data or other people's objects. */
const OPTIONS: Readonly<Record<string, DeleteOption>> = {
  Namespace: 'delete-namespaces',
  PersistentVolumeClaim: 'delete-claims',
  CustomResourceDefinition: 'delete-definitions',
};

/** An option of `callsign apply` that allows the deletion of a kind. */
export type DeleteOption = 'delete-namespaces' | 'delete-claims' | 'delete-definitions';

export const DELETE_OPTIONS: readonly DeleteOption[] = Object.values(OPTIONS);

/** An object that left the charts. */
export interface Deletion {
  readonly member: ReleasedObject;
  /** The option without which it stays. */
  readonly needs?: DeleteOption;
}

/**
 * The objects of a release that left the charts. A label alone is not enough: somebody can copy it. We must have
 * applied the object, and no controller may own it.
 */
export function deletionsOf(
  members: readonly ReleasedObject[],
  desired: readonly KubeObject[],
  allowed: ReadonlySet<DeleteOption>,
): Deletion[] {
  const wanted = new Set(desired.map(identityOf));
  return members
    .filter((member) => !wanted.has(identityOf(member)) && isDeletable(member))
    .map((member) => {
      const option = own(OPTIONS, member.kind);
      return { member, ...(option !== undefined && !allowed.has(option) && { needs: option }) };
    });
}

/** Whether we applied the object, and nobody else controls it. */
export function isDeletable(member: ReleasedObject): boolean {
  const { ownerReferences = [] } = member.metadata;
  return managersOf(member).some(isOurs) && !ownerReferences.some(({ controller }) => controller);
}
