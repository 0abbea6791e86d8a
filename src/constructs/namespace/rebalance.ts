import type { V1ClusterRole, V1ClusterRoleBinding, V1CronJob } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addApiAccount, apiJobSpec } from '../shared/api-job';
import { NODE_IMAGE } from '../shared/defaults';
import { addClusterObject, addObject, selectorLabels } from '../shared/object';

const NAME = 'rebalance';

/**
 * Adds a CronJob that moves replicas to nodes that came back. The scheduler spreads only new pods, so after the failure
 * of a node all replicas of a microservice could stay on one other node.
 */
export function addRebalance(scope: Construct & { namespace: string | undefined }): void {
  const { namespace } = scope;
  const labels = selectorLabels(NAME, namespace);
  addApiAccount(scope, NAME, NAME, [
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  ]);
  addNodeReader(scope, `${namespace}-${NAME}`, labels);
  addObject<V1CronJob>(scope, NAME, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: NAME, labels },
    spec: {
      schedule: '*/2 * * * *',
      concurrencyPolicy: 'Replace',
      startingDeadlineSeconds: 60,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: apiJobSpec(scope, { name: NAME, image: NODE_IMAGE, env: () => [], script: REBALANCE }) },
    },
  });
}

/** Nodes belong to no namespace, so only a ClusterRole can allow to list them. */
function addNodeReader(
  scope: Construct & { namespace: string | undefined },
  name: string,
  labels: Record<string, string>,
): void {
  const { namespace } = scope;
  const metadata = { name, labels };
  addClusterObject<V1ClusterRole>(scope, 'rebalance-cluster-role', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata,
    rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }],
  });
  addClusterObject<V1ClusterRoleBinding>(scope, 'rebalance-cluster-role-binding', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: NAME, ...(namespace && { namespace }) }],
  });
}

/**
 * The program in the cluster. It evicts at most one replica of each Deployment, and only if all replicas are Ready, so
 * that PodDisruptionBudgets hold and the others keep serving. It waits for each replacement: many programs that start at
 * once take the processors of those that serve. A node that came back less than 30 seconds ago may fail again, so it gets
 * no replicas yet.
 */
const REBALANCE = `
const { NAMESPACE } = process.env;
const isTrue = ({ status }, type) => status.conditions?.find((one) => one.type === type && one.status === 'True');
const list = async (path) => {
  const answer = await api('GET', path);
  if (answer.status !== 200) throw new Error(path + ': ' + answer.status + ' ' + answer.statusText);
  return (await answer.json()).items;
};
const isReady = (pod) => isTrue(pod, 'Ready') && !pod.metadata.deletionTimestamp;
const replicas = async () => {
  const groups = {};
  for (const pod of await list('/api/v1/namespaces/' + NAMESPACE + '/pods')) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    if (owner?.kind === 'ReplicaSet') (groups[owner.uid] ??= []).push(pod);
  }
  return groups;
};
const replaced = async (uid, count) => {
  for (let seconds = 0; seconds < 60; seconds++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const groups = await replicas();
    const pods = groups[uid] ?? [];
    if (pods.length >= count && pods.every(isReady)) return groups;
  }
  console.log('its replacement is not ready: the next run continues');
  return {};
};
const rebalance = async () => {
  const nodes = (await list('/api/v1/nodes')).filter((node) => {
    const ready = isTrue(node, 'Ready');
    const open = !node.spec.unschedulable && !node.spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule');
    return ready && open && Date.now() - Date.parse(ready.lastTransitionTime) >= 30000;
  });
  let groups = await replicas();
  for (const uid of Object.keys(groups)) {
    const pods = groups[uid] ?? [];
    if (!pods.every(isReady)) continue;
    const on = nodes
      .map(({ metadata }) => pods.filter(({ spec }) => spec.nodeName === metadata.name))
      .sort((a, b) => b.length - a.length);
    if (on.length < 2 || on[0].length - on.at(-1).length < 2) continue;
    const { name, namespace } = on[0][0].metadata;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const { status, statusText } = await api('POST', '/api/v1/namespaces/' + namespace + '/pods/' + name + '/eviction', eviction);
    // 404: it is gone already. 429: a PodDisruptionBudget does not allow it now.
    if (![201, 404, 429].includes(status)) throw new Error(name + ': ' + status + ' ' + statusText);
    console.log(name + ' on ' + on[0][0].spec.nodeName + (status === 201 ? ' is evicted' : ' stays: ' + status));
    if (status === 201) groups = await replaced(uid, pods.length);
  }
};
rebalance();
`;
