import type { V1Node } from '@kubernetes/client-node';
import { count } from '../basics/text';
import type { Finding } from './finding';
import { inCluster, type ClusterReader } from './reader';

export function nodesOf(cluster: ClusterReader): Promise<readonly V1Node[]> {
  return cluster.list<V1Node>('/api/v1/nodes');
}

/** Whether the nodes are ready. */
export function nodesFinding(cluster: ClusterReader): Promise<Finding> {
  return inCluster({ name: 'nodes', why: 'run the pods' }, async () => {
    const nodes = await nodesOf(cluster);
    const unready = nodes.filter(
      ({ status }) => !status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    );
    if (nodes.length > 0 && unready.length === 0)
      return { state: 'ok', found: `${count(nodes.length, 'node')}, ready` };
    if (nodes.length === 0) return { state: 'missing', found: 'no nodes', fix: 'Add a node to the cluster.' };
    return {
      state: unready.length === nodes.length ? 'missing' : 'warning',
      found: `${unready.length} of ${count(nodes.length, 'node')} not ready: ${unready.map(nodeName).join(', ')}`,
      fix: `Look for the reason: kubectl describe node ${nodeName(unready[0]!)}.`,
    };
  });
}

export function nodeName({ metadata }: V1Node): string {
  return metadata?.name ?? '';
}
