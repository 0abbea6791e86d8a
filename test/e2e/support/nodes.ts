import type { Context } from '../context';
import { NAMESPACE } from './blog';
import { isUp, type Node } from './ground';
import { nameOf, type Pod } from './kubectl';
import { OWN_NAMESPACE, ownPod } from './publisher';
import { until } from './until';

export async function nodeReady({ kubectl }: Context, name: string): Promise<boolean> {
  return isUp(await kubectl.get<Node>('node', name));
}

/** Finds a name, which pods of another node tell: done when the network between the nodes works. */
const LOOK_UP = `
const look = () => require('node:dns').lookup('kubernetes.default.svc.cluster.local', (error) => error ? setTimeout(look, 500) : process.exit(0));
look();
`;

/** Waits until a node that was stopped is Ready, and its pods are in the network again: a node says the one before the other is so. */
export async function nodeBack(context: Context, name: string): Promise<void> {
  const { kubectl } = context;
  await until('the node is back', 180, () => nodeReady(context, name));
  await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: OWN_NAMESPACE } });
  await kubectl.apply(ownPod('e2e-back', ['node', '-e', LOOK_UP], { node: name }));
  try {
    await until(
      'the pods of the node are in the network',
      180,
      async () => (await kubectl.get<Pod>('pod', 'e2e-back', '-n', OWN_NAMESPACE)).status.phase === 'Succeeded',
    );
  } finally {
    await kubectl.run(['-n', OWN_NAMESPACE, 'delete', 'pod', 'e2e-back', '--wait=false']);
  }
}

/** On which nodes the copies of each microservice run. */
export async function placement({ blog }: Context): Promise<Record<string, string[]>> {
  const nodes: Record<string, string[]> = {};
  for (const pod of await blog.readyPods()) {
    if (nameOf(pod) === 'postgres') continue;
    const found = (nodes[nameOf(pod)] ??= []);
    if (!found.includes(pod.spec.nodeName!)) found.push(pod.spec.nodeName!);
  }
  return nodes;
}

/** What earlier steps killed may have come back on one node. */
export async function spread(context: Context): Promise<void> {
  const { kubectl, blog } = context;
  if (Object.values(await placement(context)).every((nodes) => nodes.length === 2)) return;
  await kubectl.must(['-n', NAMESPACE, 'rollout', 'restart', 'deployment']);
  await blog.ready();
}
