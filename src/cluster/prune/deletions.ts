import { ANNOTATIONS } from '../../k8s/keys';
import { identityOf, type KubeObject } from '../../k8s/objects';
import { own } from '../../basics/own';
import type { ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import { isOurs, managersOf } from '../fields/managed-fields';
import type { ReleasedObject } from '../release/members';
import { freedFieldOf } from './freed-fields';
import { adopt, Caused, leftBehindBy } from './left-behind';

/** The kinds that are deleted only with an option: their deletion destroys data or other people's objects. */
const OPTIONS: Readonly<Record<string, DeleteOption>> = {
  Namespace: 'delete-namespaces',
  PersistentVolumeClaim: 'delete-claims',
  CustomResourceDefinition: 'delete-definitions',
};

/** An option of `callsign apply` that allows the deletion of a kind. */
export type DeleteOption = 'delete-namespaces' | 'delete-claims' | 'delete-definitions' | 'delete-secrets';

export const DELETE_OPTIONS: readonly DeleteOption[] = [...Object.values(OPTIONS), 'delete-secrets'];

/** An object that left the charts. */
export interface Deletion {
  readonly member: ReleasedObject;
  /** The option without which it stays. */
  readonly needs?: DeleteOption;
  /** The object that left it behind. It has no label of the release yet. */
  readonly leftBehindBy?: ReleasedObject;
  /** The field that an autoscaler sets and the charts set now: `deployment/web:spec.replicas`. */
  readonly frees?: string;
}

interface Deleting {
  readonly api: ApiServer;
  readonly kinds: Kinds;
  readonly allowed: ReadonlySet<DeleteOption>;
}

/**
 * The objects of a release that left the charts. A label alone is not enough: somebody can copy it. We must have
 * applied the object, and no controller may own it. Then follows what these objects leave behind.
 */
export async function deletionsOf(
  members: readonly ReleasedObject[],
  desired: readonly KubeObject[],
  { allowed, ...cluster }: Deleting,
): Promise<Deletion[]> {
  const wanted = new Set(desired.map(identityOf));
  const stillUsed = new Caused(desired);
  const leaving = members.filter(
    (member) => !wanted.has(identityOf(member)) && isDeletable(member) && !stillUsed.has(member),
  );
  const known = new Set(leaving.map(identityOf));
  const left = (await leftBehindBy(leaving, cluster)).filter(
    ({ object }) => !wanted.has(identityOf(object)) && !known.has(identityOf(object)) && !stillUsed.has(object),
  );
  const deletion = (member: ReleasedObject, isLeftBehind: boolean) => {
    const option = isLeftBehind && member.kind === 'Secret' ? 'delete-secrets' : own(OPTIONS, member.kind);
    return { member, ...(option !== undefined && !allowed.has(option) && { needs: option }) };
  };
  return [
    ...(await Promise.all(
      leaving.map(async (member) => {
        const frees = await freedFieldOf(member, desired, cluster);
        const isLeftBehind = member.metadata.annotations?.[ANNOTATIONS.leftBehindBy] !== undefined;
        return { ...deletion(member, isLeftBehind), ...(frees !== undefined && { frees }) };
      }),
    )),
    ...left.map(({ object, by }) => ({ ...deletion(object, true), leftBehindBy: by })),
  ];
}

/** Makes what was left behind a member of the release. */
export function adoptAll(
  deletions: readonly Deletion[],
  planning: Pick<Deleting, 'api' | 'kinds'> & { readonly partOf: string },
): Promise<Deletion[]> {
  return Promise.all(
    deletions.map(async (deletion) => {
      const { member, leftBehindBy: by } = deletion;
      return by ? { ...deletion, member: await adopt(member, by, planning) } : deletion;
    }),
  );
}

/** Whether we applied the object, and nobody else controls it. */
export function isDeletable(member: ReleasedObject): boolean {
  const { ownerReferences = [] } = member.metadata;
  return managersOf(member).some(isOurs) && !ownerReferences.some(({ controller }) => controller);
}
