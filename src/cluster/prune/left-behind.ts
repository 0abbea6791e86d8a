import type { V1StatefulSet } from '@kubernetes/client-node';
import { ANNOTATIONS, APPLY_SET, MANAGER } from '../../k8s/keys';
import { generatedSecretsOf } from '../../k8s/annotated-objects';
import { titleOf, type KubeObject } from '../../k8s/objects';
import type { ApiServer } from '../connection/api-server';
import type { Kinds } from '../connection/kinds';
import { readMetadata, type ReleasedObject } from '../release/members';

interface Cluster {
  readonly api: ApiServer;
  readonly kinds: Kinds;
}

/** An object that was never in the charts, and the object of the charts that caused it. */
interface LeftBehind {
  readonly object: ReleasedObject;
  readonly by: ReleasedObject;
}

/** Objects that the charts cause but do not contain, of some workloads. */
export class Caused {
  readonly #secrets: ReadonlySet<string>;
  readonly #claims: readonly { readonly namespace: string | undefined; readonly name: RegExp }[];

  constructor(workloads: readonly KubeObject[]) {
    this.#secrets = new Set(
      workloads.flatMap((object) => generatedSecretsOf(object).map(([name]) => `${object.metadata.namespace}/${name}`)),
    );
    this.#claims = workloads.flatMap((object) =>
      claimNamesOf(object).map((name) => ({ namespace: object.metadata.namespace, name })),
    );
  }

  /** Whether it is a Secret that a Job generates, or a claim of a StatefulSet. */
  has({ kind, metadata: { namespace, name } }: KubeObject): boolean {
    if (kind === 'Secret') return this.#secrets.has(`${namespace}/${name}`);
    return (
      kind === 'PersistentVolumeClaim' &&
      this.#claims.some((claim) => claim.namespace === namespace && claim.name.test(name))
    );
  }
}

/** What objects that leave the charts leave behind in the cluster. */
export async function leftBehindBy(leaving: readonly ReleasedObject[], cluster: Cluster): Promise<LeftBehind[]> {
  const found = await Promise.all(
    leaving.map(async (by) => {
      const whole = by.kind === 'StatefulSet' ? await cluster.api.get(cluster.kinds.pathOf(by)!) : by;
      if (!whole) return [];
      const caused = new Caused([whole]);
      const kinds = [
        ...(generatedSecretsOf(whole).length > 0 ? ['Secret'] : []),
        ...(claimNamesOf(whole).length > 0 ? ['PersistentVolumeClaim'] : []),
      ];
      const lists = await Promise.all(
        kinds.map((kind) => readMetadata({ ...cluster.kinds.listOf(kind, by.metadata.namespace)!, kind }, cluster.api)),
      );
      return lists
        .flat()
        .filter((object) => caused.has(object))
        .map((object) => ({ object, by }));
    }),
  );
  return found.flat();
}

/** Makes an object a member of the release, so that a later apply finds it. */
export async function adopt(
  { apiVersion, kind, metadata: { name, namespace } }: ReleasedObject,
  by: ReleasedObject,
  { api, kinds, partOf }: Cluster & { readonly partOf: string },
): Promise<ReleasedObject> {
  const labels = { [APPLY_SET.partOf]: partOf };
  const annotations = { [ANNOTATIONS.leftBehindBy]: titleOf(by) };
  const body = { apiVersion, kind, metadata: { name, namespace, labels, annotations } };
  const path = `${kinds.pathOf(body)}?fieldManager=${MANAGER}`;
  const { metadata } = await api.change('PATCH', path, { type: 'apply', body });
  return { apiVersion, kind, metadata };
}

function claimNamesOf(object: KubeObject): RegExp[] {
  if (object.kind !== 'StatefulSet') return [];
  const { metadata, spec } = object as unknown as V1StatefulSet;
  return (spec?.volumeClaimTemplates ?? []).map(
    (template) => new RegExp(`^${template.metadata?.name}-${metadata?.name}-\\d+$`),
  );
}
