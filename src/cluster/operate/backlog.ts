import type { V1Pod } from '@kubernetes/client-node';
import { ANNOTATIONS } from '../../k8s/keys';
import type { KubeObject } from '../../k8s/objects';
import { askPod } from '../connection/pod-port';

/** How much work waits in a program. */
export interface Backlog {
  readonly total: number;
  /** By the labels that differ, such as the subscriber. Only what is not 0. */
  readonly by: Readonly<Record<string, number>>;
}

/** The waiting work of a workload. Undefined if it has no such metric, and a text if the metric cannot be read. */
export async function backlogOf(
  workload: KubeObject,
  [pod]: readonly V1Pod[],
  access: Parameters<typeof askPod>[3],
): Promise<Backlog | string | undefined> {
  const text = workload.metadata.annotations?.[ANNOTATIONS.backlog];
  if (text === undefined) return undefined;
  if (!pod) return 'no replica is ready';
  try {
    const { port, metric } = JSON.parse(text) as { port: number; metric: string };
    const { namespace, name } = pod.metadata!;
    return sumOf(metric, await askPod({ namespace: namespace!, name: name! }, port, '/metrics', access));
  } catch (error) {
    return (error as Error).message;
  }
}

/** The values of a metric in the text format of Prometheus. */
export function sumOf(metric: string, text: string): Backlog | string {
  const samples = [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? +(\S+)(?: +\d+)?$/gm)].filter(
    ([, name]) => name === metric,
  );
  if (samples.length === 0) return `/metrics has no ${metric}`;
  const labels = samples.map(([, , pairs = '']) => labelsOf(pairs));
  // A label that is the same everywhere, such as the name of the program, says nothing.
  const isTelling = ([name, value]: readonly [string, string]) => labels.some((other) => other.get(name) !== value);
  let total = 0;
  const by: Record<string, number> = {};
  for (const [i, [, , , sample]] of samples.entries()) {
    const number = Number(sample);
    const label = [...labels[i]!]
      .filter(isTelling)
      .map(([, value]) => value)
      .join(' ');
    total += number;
    if (label && number !== 0) by[label] = (by[label] ?? 0) + number;
  }
  return { total, by };
}

function labelsOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]));
}
