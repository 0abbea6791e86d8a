import type { Context } from '../context';
import { NAMESPACE } from './blog';
import { isUp, type Node } from './ground';
import { nameOf, type Pod } from './kubectl';
import { OWN_NAMESPACE, ownPod } from './publisher';
import { until } from './until';

export async function nodeReady({ kubectl }: Context, name: string): Promise<boolean> {
  return isUp(await kubectl.get<Node>('node', name));
}

/** Resolves a name. The DNS pods are on another node, so this works only if the network between the nodes does. */
const LOOK_UP = `
const look = () => require('node:dns').lookup('kubernetes.default.svc.cluster.local', (error) => error ? setTimeout(look, 500) : process.exit(0));
look();
`;

/** Waits until a stopped node is Ready and its pods are reachable. A node reports Ready before its pods are. */
export async function nodeBack(context: Context, name: string): Promise<void> {
  const { kubectl } = context;
  await until('the node is Ready', 180, () => nodeReady(context, name));
  await kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: OWN_NAMESPACE } });
  await kubectl.apply(ownPod('e2e-back', ['node', '-e', LOOK_UP], { node: name }));
  try {
    await until(
      'the pods of the node are reachable',
      180,
      async () => (await kubectl.get<Pod>('pod', 'e2e-back', '-n', OWN_NAMESPACE)).status.phase === 'Succeeded',
    );
  } finally {
    await kubectl.run(['-n', OWN_NAMESPACE, 'delete', 'pod', 'e2e-back', '--wait=false']);
  }
}

/** The nodes of the replicas of each microservice. */
export async function placement({ blog }: Context): Promise<Record<string, string[]>> {
  const nodes: Record<string, string[]> = {};
  for (const pod of await blog.readyPods()) {
    if (nameOf(pod) === 'postgres') continue;
    const found = (nodes[nameOf(pod)] ??= []);
    if (!found.includes(pod.spec.nodeName!)) found.push(pod.spec.nodeName!);
  }
  return nodes;
}

/** Spreads the replicas before a step, without waiting for the next time of the CronJob of the blog. */
export async function spreadNow(context: Context): Promise<void> {
  const { kubectl } = context;
  // A job that succeeded is deleted by itself after a while.
  const remove = () => kubectl.must(['-n', NAMESPACE, 'delete', 'job/rebalance-now', '--ignore-not-found']);
  await remove();
  await kubectl.must(['-n', NAMESPACE, 'create', 'job', 'rebalance-now', '--from=cronjob/rebalance']);
  await spread(context);
  await remove();
}

/** Waits until the CronJob of the blog has spread the replicas: after earlier steps they may all run on one node. */
export async function spread(context: Context): Promise<void> {
  await until('the replicas of each microservice are on both workers', 420, async () => {
    const placed = await placement(context);
    const together = Object.keys(placed).filter((name) => placed[name]!.length < 2);
    if (together.length > 0) throw new Error(`on one node: ${together.join(', ')}`);
    return true;
  });
  await context.blog.ready();
}
