import type { V1Node, V1Pod } from '@kubernetes/client-node';
import { titleOf, type Manifest } from '../../k8s/objects';
import { parseQuantity } from '../../k8s/quantity';
import type { Problem } from '../../problems/problem';
import { ApiError, type ApiServer } from '../connection/api-server';
import type { SecretValues } from '../fields/secret-values';
import type { Trouble } from './readiness';

/** Lines of the log in the problem. Lines of a stack trace do not count. */
const LOG_LINES = 10;
const READ_LINES = 40;

interface Explaining {
  readonly api: ApiServer;
  readonly secrets: SecretValues;
}

/** A trouble as a problem: with the last lines of the log, the room on the nodes, and the place in the charts. */
export async function explain(manifest: Manifest, trouble: Trouble, { api, secrets }: Explaining): Promise<Problem> {
  const { object, path } = manifest;
  const { pod, container, reason } = trouble;
  const log = pod !== undefined && container !== undefined ? await lastLines(manifest, trouble, api) : [];
  const room = reason === 'Unschedulable' && pod !== undefined ? await roomFor(manifest, pod, api) : undefined;
  const where = [pod && `pod ${pod}`, container && `container ${container}`, reason].filter(Boolean).join(', ');
  return {
    code: 'rollout-failed',
    path,
    object: titleOf(object),
    place: manifest.place(['spec', 'template', 'spec', 'containers', 0]),
    message: secrets.masked(
      [trouble.message.trim(), room, ...log.map((line) => `  | ${line}`)].filter(Boolean).join('\n  '),
    ),
    got: where,
    fix: trouble.fix,
  };
}

/** The end of the log: of the container that ended, if it was started again. */
async function lastLines(
  { object }: Manifest,
  { pod, container, hasPreviousLog }: Trouble,
  api: ApiServer,
): Promise<string[]> {
  const path = `/api/v1/namespaces/${object.metadata.namespace}/pods/${pod}/log?container=${container}&tailLines=${READ_LINES}`;
  for (const previous of hasPreviousLog ? ['&previous=true', ''] : ['']) {
    const text = await api.text(`${path}${previous}`).catch(() => '');
    // An error is a JSON status. The node may have removed the log of an older container.
    if (text.trim() === '' || /^\{"kind":"Status"|^unable to retrieve container logs/.test(text)) continue;
    const lines = text.trimEnd().split('\n');
    return lines.filter((line) => !/^\s+at |^\s*$/.test(line)).slice(-LOG_LINES);
  }
  return [];
}

/** `It needs 2 CPU and 512 MiB; the freest node has 0.4 CPU and 3000 MiB.` */
async function roomFor({ object }: Manifest, name: string, api: ApiServer): Promise<string | undefined> {
  try {
    const [nodes, pods] = await Promise.all([
      api.json<{ items: V1Node[] }>('/api/v1/nodes'),
      api.json<{ items: V1Pod[] }>('/api/v1/pods?fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed'),
    ]);
    const pod = pods.items.find(
      ({ metadata }) => metadata?.name === name && metadata.namespace === object.metadata.namespace,
    );
    if (!pod) return undefined;
    const free = nodes.items
      .filter(({ spec }) => !spec?.unschedulable && !spec?.taints?.some(({ effect }) => effect !== 'PreferNoSchedule'))
      .map(({ metadata, status }) => {
        const used = pods.items.filter(({ spec }) => spec?.nodeName === metadata?.name);
        return {
          cpu: quantity(status?.allocatable?.cpu) - sum(used, 'cpu'),
          memory: quantity(status?.allocatable?.memory) - sum(used, 'memory'),
        };
      });
    if (free.length === 0) return undefined;
    const text = (cpu: number, memory: number) =>
      `${Math.round(cpu * 100) / 100} CPU and ${Math.round(memory / 2 ** 20)} MiB`;
    const most = (key: 'cpu' | 'memory') => Math.max(...free.map((node) => node[key]));
    return `It needs ${text(sum([pod], 'cpu'), sum([pod], 'memory'))}. The freest node has ${text(most('cpu'), most('memory'))}.`;
  } catch (error) {
    // Many users may not list nodes. The message of the scheduler is enough.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

function sum(pods: readonly V1Pod[], resource: 'cpu' | 'memory'): number {
  return pods
    .flatMap(({ spec }) => spec?.containers ?? [])
    .reduce((total, { resources }) => total + quantity(resources?.requests?.[resource]), 0);
}

function quantity(text: string | undefined): number {
  return parseQuantity(text) ?? 0;
}
