import { gunzipSync, gzipSync } from 'node:zlib';
import { HISTORY, MANAGER } from '../../k8s/keys';
import type { KubeObject } from '../../k8s/objects';
import type { Graph } from '../../links/graph';
import { METADATA_LIST, type ApiServer, type LiveObject } from '../connection/api-server';
import type { ReleaseName } from './apply-set';

/** Older states are deleted. */
const KEPT = 10;

/** What was applied. */
export interface AppliedState {
  readonly objects: readonly KubeObject[];
  readonly graph: Graph;
}

/** One state of a release. */
export interface HistoryEntry {
  readonly number: number;
  readonly time: string;
  readonly status: 'applying' | 'ready' | 'failed';
  readonly environment?: string;
}

/**
 * The states of a release that were applied, in Secrets next to its record: the objects can contain values of Secrets.
 */
export class ReleaseHistory {
  readonly #path: string;

  constructor(
    private readonly api: ApiServer,
    private readonly release: ReleaseName,
  ) {
    this.#path = `/api/v1/namespaces/${release.namespace}/secrets`;
  }

  /** All states that are kept, the latest first. */
  async entries(): Promise<HistoryEntry[]> {
    return (await this.#list()).map(entryOf).toSorted((a, b) => b.number - a.number);
  }

  /** What was applied as this number. Undefined if it is not kept. */
  async state(number: number): Promise<AppliedState | undefined> {
    const secret = await this.api.get(`${this.#path}/${this.#name(number)}`);
    const text = (secret?.data as { state?: string } | undefined)?.state;
    return text === undefined
      ? undefined
      : (JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')) as AppliedState);
  }

  /** Records what is about to be applied, and deletes the oldest states. Returns its number. */
  async begin(state: AppliedState, environment: string | undefined): Promise<number> {
    const secrets = await this.#list();
    const number = Math.max(0, ...secrets.map((secret) => entryOf(secret).number)) + 1;
    await this.#write(number, {
      annotations: {
        [HISTORY.status]: 'applying',
        ...(environment !== undefined && { [HISTORY.environment]: environment }),
      },
      data: { state: gzipSync(JSON.stringify(state)).toString('base64') },
    });
    const old = secrets.toSorted((a, b) => entryOf(b).number - entryOf(a).number).slice(KEPT - 1);
    for (const { metadata } of old) await this.api.delete(`${this.#path}/${metadata.name}`, {});
    return number;
  }

  /** Records how it ended. */
  async end(number: number, status: 'ready' | 'failed'): Promise<void> {
    await this.api.change('PATCH', `${this.#path}/${this.#name(number)}`, {
      type: 'json-patch',
      body: [{ op: 'replace', path: `/metadata/annotations/${HISTORY.status.replace('/', '~1')}`, value: status }],
    });
  }

  async #list(): Promise<LiveObject[]> {
    const selector = encodeURIComponent(`${HISTORY.of}=${this.release.name}`);
    const { items } = await this.api.json<{ items: LiveObject[] | null }>(
      `${this.#path}?labelSelector=${selector}`,
      METADATA_LIST,
    );
    return items ?? [];
  }

  #name(number: number): string {
    return `${this.release.name}.release-${number}`;
  }

  async #write(number: number, { annotations, data }: { annotations: object; data: object }): Promise<void> {
    const name = this.#name(number);
    const labels = { [HISTORY.of]: this.release.name, [HISTORY.number]: String(number) };
    await this.api.change('PATCH', `${this.#path}/${name}?fieldManager=${MANAGER}&force=true`, {
      type: 'apply',
      body: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: this.release.namespace, labels, annotations },
        type: 'callsign.dev/release',
        data,
      },
    });
  }
}

function entryOf({ metadata }: LiveObject): HistoryEntry {
  const {
    labels = {},
    annotations = {},
    creationTimestamp,
  } = metadata as LiveObject['metadata'] & {
    readonly creationTimestamp?: string;
  };
  const environment = annotations[HISTORY.environment];
  return {
    number: Number(labels[HISTORY.number]),
    time: creationTimestamp ?? '',
    status: (annotations[HISTORY.status] ?? 'failed') as HistoryEntry['status'],
    ...(environment !== undefined && { environment }),
  };
}
