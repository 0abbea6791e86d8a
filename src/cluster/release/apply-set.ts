import { createHash } from 'node:crypto';
import { APPLY_SET, MANAGER } from '../../k8s/keys';
import type { KubeObject } from '../../k8s/objects';
import { CallsignError } from '../../problems/problem';
import type { ApiServer, LiveObject } from '../connection/api-server';

/** The name of a release, and the namespace of its record. */
export interface ReleaseName {
  readonly name: string;
  readonly namespace: string;
}

/** The kinds and the namespaces in which the objects of a release are. */
export interface Extent {
  readonly kinds: readonly string[];
  readonly namespaces: readonly string[];
}

const TOOLING = 'callsign/v1';

/** The objects of a release in the cluster, recorded in a ConfigMap as an ApplySet. */
export class ApplySet {
  /** The value of the label of each object. */
  readonly id: string;
  readonly #path: string;
  #live: LiveObject | undefined;

  private constructor(
    private readonly api: ApiServer,
    readonly release: ReleaseName,
  ) {
    const { name, namespace } = release;
    this.id = idOf(release);
    this.#path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  }

  /** Reads the record. Throws if another program maintains it. */
  static async read(api: ApiServer, release: ReleaseName): Promise<ApplySet> {
    const set = new ApplySet(api, release);
    set.#live = await api.get(set.#path);
    const { labels = {}, annotations = {} } = set.#live?.metadata ?? {};
    if (set.#live && (labels[APPLY_SET.id] !== set.id || !annotations[APPLY_SET.tooling]?.startsWith('callsign/'))) {
      throw new CallsignError([
        {
          code: 'release-taken',
          object: `ConfigMap ${release.namespace}/${release.name}`,
          message: 'The ConfigMap with the name of the release does not belong to callsign.',
          expected: `the annotation ${APPLY_SET.tooling}: ${TOOLING}`,
          got: annotations[APPLY_SET.tooling] ?? 'none',
          fix: 'Give the release another name: cluster: { release: … } in the environment, or CALLSIGN_CLUSTER_RELEASE.',
        },
      ]);
    }
    return set;
  }

  /** What the record contains. Undefined before the first apply. */
  get extent(): Extent | undefined {
    if (!this.#live) return undefined;
    const { annotations = {} } = this.#live.metadata;
    const list = (key: string) => (annotations[key] ?? '').split(',').filter(Boolean);
    return { kinds: list(APPLY_SET.kinds), namespaces: list(APPLY_SET.namespaces) };
  }

  /** Whether the record contains exactly these kinds and namespaces. */
  isRecorded(extent: Extent): boolean {
    const current = this.#live?.metadata.annotations ?? {};
    return Object.entries(this.#annotations(extent)).every(([key, value]) => current[key] === value);
  }

  /** Records these kinds and namespaces, if they differ. */
  async record(extent: Extent): Promise<void> {
    if (this.isRecorded(extent)) return;
    const annotations = this.#annotations(extent);
    const { name, namespace } = this.release;
    this.#live = await this.api.change('PATCH', `${this.#path}?fieldManager=${MANAGER}&force=true`, {
      type: 'apply',
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace, labels: { [APPLY_SET.id]: this.id }, annotations },
      },
    });
  }

  #annotations(extent: Extent): Readonly<Record<string, string>> {
    return {
      [APPLY_SET.tooling]: TOOLING,
      [APPLY_SET.kinds]: [...new Set(extent.kinds)].toSorted().join(','),
      [APPLY_SET.namespaces]: [...new Set(extent.namespaces)].toSorted().join(','),
    };
  }
}

/** The kinds and namespaces of objects. */
export function extentOf(objects: readonly KubeObject[]): Extent {
  return {
    kinds: [...new Set(objects.map(groupKindOf))],
    namespaces: [...new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []))],
  };
}

export function union(a: Extent, b: Extent): Extent {
  return {
    kinds: [...new Set([...a.kinds, ...b.kinds])],
    namespaces: [...new Set([...a.namespaces, ...b.namespaces])],
  };
}

/** The id of the record, as kubectl calculates it. */
export function idOf({ name, namespace }: ReleaseName): string {
  const hash = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url');
  return `applyset-${hash}-v1`;
}

/** `Deployment.apps`, `Service` */
function groupKindOf({ apiVersion, kind }: KubeObject): string {
  return apiVersion.includes('/') ? `${kind}.${apiVersion.split('/')[0]}` : kind;
}
