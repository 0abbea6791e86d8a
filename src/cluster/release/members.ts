import { APPLY_SET } from '../../k8s/keys';
import { atOnce } from '../../basics/at-once';
import { METADATA_LIST, type ApiServer, type LiveObject } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import type { Extent } from './apply-set';

const AT_ONCE = 16;

/** An object with the label of the release. Only its metadata was read. */
export interface ReleasedObject extends LiveObject {
  readonly metadata: LiveObject['metadata'] & {
    readonly ownerReferences?: readonly { readonly controller?: boolean }[];
    readonly deletionTimestamp?: string;
  };
}

/** All objects in the cluster that have the label of a release. */
export async function membersOf(
  { kinds: groupKinds, namespaces }: Extent,
  id: string,
  { api, kinds }: { readonly api: ApiServer; readonly kinds: Kinds },
): Promise<ReleasedObject[]> {
  const lists = groupKinds.flatMap((groupKind) =>
    [undefined, ...namespaces].flatMap((namespace) => {
      const list = kinds.listOf(groupKind, namespace);
      return list ? [{ ...list, kind: groupKind.split('.')[0]! }] : [];
    }),
  );
  const found = await atOnce(lists, AT_ONCE, async ({ path, apiVersion, kind }) => {
    const selector = encodeURIComponent(`${APPLY_SET.partOf}=${id}`);
    return readMetadata({ path: `${path}?labelSelector=${selector}`, apiVersion, kind }, api);
  });
  return found.flat();
}

/** The metadata of the objects of a list. */
export async function readMetadata(
  { path, apiVersion, kind }: { readonly path: string; readonly apiVersion: string; readonly kind: string },
  api: ApiServer,
): Promise<ReleasedObject[]> {
  const { items } = await api.json<{ items: ReleasedObject[] | null }>(path, METADATA_LIST);
  // An empty list of metadata is null.
  return (items ?? []).map((item) => ({ ...item, apiVersion, kind }));
}
