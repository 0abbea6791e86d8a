import { ANNOTATIONS, JOB_NAME_LABEL, LABELS } from '../../k8s/keys';

// The steps before and after the program of a task. They run in the cluster, in Node.js, and have a token.

/** The name of the step before the program. */
export const WAIT = 'wait';
/** The name of the step after the program. */
export const RECORD = 'record';

/**
 * Waits until no other version of the task runs, the parts before it are rolled out, its databases accept connections,
 * and its roles exist. A newer version deletes the Jobs of older ones that are not running their program.
 */
export const WAIT_SCRIPT = `
const { TASK, JOB, NAMESPACE, SELECTOR, DATABASES, ROLES = '' } = process.env;
const { setTimeout: sleep } = require('timers/promises');
const jobs = '/apis/batch/v1/namespaces/' + NAMESPACE + '/jobs';
const query = '?labelSelector=' + encodeURIComponent(SELECTOR);
const read = async (path) => {
  const response = await api('GET', path);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(path + ': ' + response.status + ' ' + response.statusText);
  return response.json();
};
const hasEnded = ({ status }) => (status.conditions ?? []).some(({ type, status }) => ['Complete', 'Failed'].includes(type) && status === 'True');
const hasSucceeded = ({ status }) => (status.conditions ?? []).some(({ type, status }) => type === 'Complete' && status === 'True');
const isOlder = (one, other) =>
  one.metadata.creationTimestamp < other.metadata.creationTimestamp ||
  (one.metadata.creationTimestamp === other.metadata.creationTimestamp && one.metadata.name < other.metadata.name);
const jobOf = (pod) => pod.metadata.labels['${JOB_NAME_LABEL}'];
const isAtWork = ({ spec, status }) => {
  const always = new Set((spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  return [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(({ name, state }) => name !== '${WAIT}' && !always.has(name) && state?.running);
};
const isRolledOut = ({ metadata, spec, status }) =>
  (status.observedGeneration ?? 0) >= metadata.generation &&
  (status.updatedReplicas ?? 0) >= spec.replicas && status.updatedReplicas === status.replicas && (status.availableReplicas ?? 0) >= spec.replicas;
const connects = (address) => new Promise((resolve) => {
  const [host, port] = address.split(':');
  const socket = require('net').connect({ host, port, timeout: 2000 });
  const end = (result) => { socket.destroy(); resolve(result); };
  socket.on('connect', () => end(true)).on('error', () => end(false)).on('timeout', () => end(false));
});
const reason = async () => {
  const own = await read(jobs + '/' + JOB);
  if (!own) return 'this Job was deleted';
  const all = (await read(jobs + query)).items.filter(({ metadata }) => metadata.name !== JOB);
  const pods = (await read('/api/v1/namespaces/' + NAMESPACE + '/pods' + query)).items
    .filter((pod) => jobOf(pod) !== JOB && !['Succeeded', 'Failed'].includes(pod.status.phase));
  for (const job of all.filter((one) => !hasEnded(one) && isOlder(one, own))) {
    const { name, uid } = job.metadata;
    if (pods.some((pod) => jobOf(pod) === name && isAtWork(pod))) return 'the older version ' + name + ' runs';
    const response = await api('DELETE', jobs + '/' + name, { propagationPolicy: 'Background', preconditions: { uid } });
    if (!response.ok && ![404, 409].includes(response.status)) throw new Error('Job ' + name + ': ' + response.status + ' ' + response.statusText);
    return 'the Job of the older version ' + name + ' is deleted';
  }
  if (pods.length > 0) return 'the pod ' + pods[0].metadata.name + ' of another version ends';
  for (const part of JSON.parse(own.metadata.annotations?.['${ANNOTATIONS.runsAfter}'] ?? '[]')) {
    const deployment = await read('/apis/apps/v1/namespaces/' + NAMESPACE + '/deployments/' + part);
    if (!deployment || !isRolledOut(deployment)) return 'the rollout of ' + part + ' is not complete';
  }
  for (const address of DATABASES.split(',').filter(Boolean))
    if (!(await connects(address))) return 'the database ' + address + ' accepts no connections';
  for (const maker of ROLES.split(',').filter(Boolean)) {
    const { items } = await read(jobs + '?labelSelector=' + encodeURIComponent('${LABELS.name}=' + maker));
    const [newest] = items.sort((a, b) => (isOlder(a, b) ? 1 : -1));
    if (!newest || !hasSucceeded(newest)) return 'the Job ' + maker + ' has not created the role yet';
  }
};
const wait = async () => {
  for (let last, why; (why = await reason().catch((error) => error.message)); last = why) {
    if (why !== last) console.log(TASK + ' waits: ' + why);
    await sleep(1000);
  }
  console.log(TASK + ' starts');
};
wait();
`;

/** How many versions are remembered. */
const KEPT = 20;

/** Records that this version succeeded. The pods that wait for it start then. It tries again until the deadline. */
export const RECORD_SCRIPT = `
const { TASK, JOB, NAMESPACE, MARKS } = process.env;
const path = '/api/v1/namespaces/' + NAMESPACE + '/configmaps/' + MARKS;
const record = async () => {
  const found = await api('GET', path);
  if (!found.ok) throw new Error('ConfigMap ' + MARKS + ': ' + found.status + ' ' + found.statusText);
  const { data = {} } = await found.json();
  const old = Object.keys(data).sort((a, b) => (data[a] < data[b] ? 1 : -1)).slice(${KEPT - 1});
  const changed = { ...Object.fromEntries(old.map((key) => [key, null])), [JOB]: new Date().toISOString() };
  const response = await api('PATCH', path, { data: changed }, 'application/merge-patch+json');
  if (!response.ok) throw new Error('ConfigMap ' + MARKS + ': ' + response.status + ' ' + response.statusText);
};
const repeat = () => record().then(
  () => console.log(TASK + ' succeeded'),
  (error) => { console.error(error.message); setTimeout(repeat, 2000); },
);
repeat();
`;
