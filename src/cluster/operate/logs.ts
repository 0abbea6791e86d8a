import { setTimeout as sleep } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import type { V1Pod } from '@kubernetes/client-node';
import type { Manifest } from '../../k8s/objects';
import { LABELS } from '../../k8s/keys';
import type { ApiServer } from '../connection/api-server';
import { partOf } from './parts';

/** New pods are found this often. */
const LOOK_MS = 2_000;

/** A line of the log of a container. */
export interface LogLine {
  readonly part: string;
  readonly pod: string;
  readonly time: string;
  readonly text: string;
}

export interface LogOptions {
  /** Only lines of the last seconds. */
  readonly sinceSeconds?: number;
  /** At most so many earlier lines of each container. */
  readonly tail?: number;
  /** Waits for new lines and new pods. */
  readonly follow: boolean;
  readonly stop: AbortSignal;
  readonly onLine: (line: LogLine) => void;
}

/** Reads the logs of all pods of workloads. Without `follow`, in the order of time. */
export async function readLogs(workloads: readonly Manifest[], api: ApiServer, options: LogOptions): Promise<void> {
  const lines: LogLine[] = [];
  const onLine = options.follow ? options.onLine : (line: LogLine) => void lines.push(line);
  const reading = new Map<string, Promise<void>>();
  let isFirst = true;
  do {
    for (const { part, pod, container, key } of await containersOf(workloads, api)) {
      if (reading.has(key)) continue;
      // A pod that starts later is read from its first line.
      const limits = isFirst ? {} : { sinceSeconds: undefined, tail: undefined };
      reading.set(key, readContainer(api, { part, pod, container }, { ...options, ...limits, onLine }));
    }
    isFirst = false;
    if (options.follow) await sleep(LOOK_MS, undefined, { signal: options.stop }).catch(() => undefined);
  } while (options.follow && !options.stop.aborted);
  await Promise.all(reading.values());
  for (const line of lines.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))) options.onLine(line);
}

interface Source {
  readonly part: string;
  readonly pod: V1Pod;
  readonly container: string;
}

async function containersOf(workloads: readonly Manifest[], api: ApiServer): Promise<(Source & { key: string })[]> {
  const parts = new Set(workloads.map(partOf));
  const namespaces = [...new Set(workloads.map(({ object }) => object.metadata.namespace ?? 'default'))];
  const lists = await Promise.all(
    namespaces.map((namespace) => api.json<{ items: V1Pod[] | null }>(`/api/v1/namespaces/${namespace}/pods`)),
  );
  return lists
    .flatMap(({ items }) => items ?? [])
    .flatMap((pod) => {
      const part = pod.metadata?.labels?.[LABELS.name] ?? '';
      if (!parts.has(part)) return [];
      // A container that never started has no log.
      const started = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].filter(
        ({ state, restartCount }) => state?.waiting === undefined || restartCount > 0,
      );
      return started.map(({ name, restartCount }) => ({
        part,
        pod,
        container: name,
        key: `${pod.metadata?.uid} ${name} ${restartCount}`,
      }));
    });
}

async function readContainer(
  api: ApiServer,
  { part, pod, container }: Source,
  { sinceSeconds, tail, follow, stop, onLine }: LogOptions,
): Promise<void> {
  const query = new URLSearchParams({ container, timestamps: 'true' });
  if (follow) query.set('follow', 'true');
  if (sinceSeconds !== undefined) query.set('sinceSeconds', String(sinceSeconds));
  if (tail !== undefined) query.set('tailLines', String(tail));
  const { name = '', namespace } = pod.metadata ?? {};
  const stream = await api.stream(`/api/v1/namespaces/${namespace}/pods/${name}/log?${query.toString()}`, stop);
  if (!stream) return;
  try {
    for await (const line of createInterface({ input: stream })) {
      const [, time = '', text = line] = /^(\S+) (.*)$/s.exec(line) ?? [];
      onLine({ part, pod: name, time, text });
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}
