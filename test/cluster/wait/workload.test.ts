import type { V1Service } from '@kubernetes/client-node';
import { readinessOf } from '../../../src/cluster/wait/kinds/readiness-of';
import { stateOf } from './state';

/** A Deployment of two replicas in the middle of its second revision. */
const deployment = ({ generation = 2, updated = 2, available = 2, all = 2, more = '' } = {}) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, uid: d, generation: ${generation}, annotations: { deployment.kubernetes.io/revision: '2' } }
spec: { replicas: 2, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: a }] } } }
status: { observedGeneration: 2, updatedReplicas: ${updated}, availableReplicas: ${available}, replicas: ${all} ${more} }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-1, namespace: shop, uid: r1, ownerReferences: [{ uid: d }], annotations: { deployment.kubernetes.io/revision: '1' } }
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web-2, namespace: shop, uid: r2, ownerReferences: [{ uid: d }], annotations: { deployment.kubernetes.io/revision: '2' } }`;

const pod = (name: string, replicaSet: string, status: string) => `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, uid: u-${name}, ownerReferences: [{ uid: ${replicaSet} }] }
spec: { containers: [{ name: web, image: a }] }
status: ${status}`;
const container = (state: string, more = 'restartCount: 0, ready: false') =>
  `{ containerStatuses: [{ name: web, image: 'shop/web:1', state: ${state}, ${more} }] }`;
const running = (ip: string) => `{ podIP: ${ip}, conditions: [{ type: Ready, status: 'True' }] }`;
const event = (uid: string, reason: string, message: string) => `
---
apiVersion: v1
kind: Event
metadata: { name: e, namespace: shop }
involvedObject: { uid: ${uid} }
reason: ${reason}
message: ${JSON.stringify(message)}
lastTimestamp: '2026-01-01T00:00:00Z'`;

function readiness(yaml: string, services: V1Service[] = []) {
  const state = stateOf(yaml);
  return readinessOf(state.all[0]!, state, services);
}

describe('a Deployment', () => {
  test('is ready if all replicas of the newest revision are available and no others are left', () => {
    expect(readiness(deployment())).toEqual({ state: 'ready' });
  });

  test.each([
    ['the controller has not seen the change', { generation: 3 }, 'the controller has not seen the change'],
    ['replicas are old', { updated: 1 }, '1 of 2 replicas are ready'],
    ['replicas are not available', { available: 0 }, '0 of 2 replicas are ready'],
    ['old replicas are left', { all: 3 }, 'the old revision still has 1 replica'],
  ])('is not ready while %s', (_, numbers, text) => {
    expect(readiness(deployment(numbers))).toMatchObject({ state: 'waiting', text });
  });

  test('is not ready while a Service does not send requests to a replica', () => {
    const service = { metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' } } };
    const yaml = deployment() + pod('a', 'r2', running('10.0.0.1')) + pod('b', 'r2', running('10.0.0.2'));
    const slice = (ready: boolean) => `
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }
endpoints:
  - { addresses: [10.0.0.1], conditions: { ready: true } }
  - { addresses: [10.0.0.2], conditions: { ready: ${ready} } }`;
    expect(readiness(yaml + slice(true), [service])).toEqual({ state: 'ready' });
    const text = 'the Service web does not send requests to all replicas';
    expect(readiness(yaml + slice(false), [service])).toMatchObject({ state: 'waiting', text });
    expect(readiness(yaml, [service])).toMatchObject({ state: 'waiting', text });
    // Another Service says nothing about these pods.
    expect(readiness(yaml, [{ ...service, spec: { selector: { app: 'other' } } }])).toEqual({ state: 'ready' });
  });

  test('is not ready while only old replicas are available', () => {
    const crash = container(
      '{ waiting: { reason: CrashLoopBackOff } }',
      'restartCount: 2, ready: false, lastState: { terminated: { exitCode: 1 } }',
    );
    // All numbers look as if only an old replica had to end.
    expect(readiness(deployment({ updated: 2, available: 2, all: 3 }) + pod('a', 'r2', crash))).toMatchObject({
      text: '1 of 2 replicas are ready',
      trouble: { kind: 'crash' },
    });
  });

  const waitingFor = (more: string) => readiness(deployment({ available: 1 }) + more);

  test.each([
    [
      'an image that is not there',
      container("{ waiting: { reason: ErrImagePull, message: 'manifest unknown' } }"),
      'certain',
      'ErrImagePull',
    ],
    ['an invalid image', container('{ waiting: { reason: InvalidImageName } }'), 'certain', 'InvalidImageName'],
    [
      'a registry that does not answer',
      container("{ waiting: { reason: ImagePullBackOff, message: 'i/o timeout' } }"),
      'certain',
      'ErrImagePull',
    ],
    [
      'a missing key',
      container(`{ waiting: { reason: CreateContainerConfigError, message: "couldn't find key a in Secret shop/b" } }`),
      'certain',
      'CreateContainerConfigError',
    ],
    [
      'a user that the node refuses',
      container(
        "{ waiting: { reason: CreateContainerConfigError, message: 'container has runAsNonRoot and image will run as root' } }",
      ),
      'certain',
      'CreateContainerConfigError',
    ],
    [
      'a crash',
      container(
        '{ waiting: { reason: CrashLoopBackOff } }',
        'restartCount: 2, ready: false, lastState: { terminated: { exitCode: 3 } }',
      ),
      'crash',
      'CrashLoopBackOff',
    ],
    [
      'too little memory',
      container(
        '{ waiting: { reason: CrashLoopBackOff } }',
        'restartCount: 1, ready: false, lastState: { terminated: { exitCode: 137, reason: OOMKilled } }',
      ),
      'crash',
      'OOMKilled',
    ],
    [
      'no room',
      "{ conditions: [{ type: PodScheduled, status: 'False', message: '0/3 nodes are available: 3 Insufficient cpu.' }] }",
      'certain',
      'Unschedulable',
    ],
  ])('%s', (_, status, kind, reason) => {
    expect(waitingFor(pod('a', 'r2', status))).toMatchObject({ trouble: { kind, reason, pod: 'a' } });
    // The same trouble of an old revision says nothing about the rollout.
    expect(waitingFor(pod('a', 'r1', status))).not.toHaveProperty('trouble');
  });

  test('an init container', () => {
    const status =
      '{ initContainerStatuses: [{ name: init, restartCount: 1, ready: false, state: { waiting: { reason: CrashLoopBackOff } }, lastState: { terminated: { exitCode: 1 } } }] }';
    expect(waitingFor(pod('a', 'r2', status))).toMatchObject({ trouble: { container: 'init', kind: 'crash' } });
  });

  test('pods that end make room for others', () => {
    const status = "{ conditions: [{ type: PodScheduled, status: 'False', message: 'no room' }] }";
    const ending = pod('old', 'r1', '{}').replace(
      'uid: u-old',
      "uid: u-old, deletionTimestamp: '2026-01-01T00:00:00Z'",
    );
    expect(waitingFor(pod('a', 'r2', status) + ending)).toMatchObject({ trouble: { kind: 'maybe' } });
  });

  test('the answer of a probe', () => {
    const started = container('{ running: {} }');
    expect(waitingFor(pod('a', 'r2', started))).not.toHaveProperty('trouble');
    // The pod has no such probe any more.
    const message = 'Readiness probe failed: HTTP probe failed with statuscode: 500';
    expect(waitingFor(pod('a', 'r2', started) + event('u-a', 'Unhealthy', message))).toMatchObject({
      trouble: { kind: 'maybe', reason: 'Unhealthy', message },
    });
  });

  /** A pod with the probes that a microservice has by default. */
  const probed = (status: string, path = '/healthz/ready') =>
    pod('a', 'r2', status).replace(
      'image: a }',
      `image: a, ports: [{ name: http, containerPort: 8080 }], startupProbe: { httpGet: { path: /healthz/live, port: http } }, readinessProbe: { httpGet: { path: ${path}, port: http }, timeoutSeconds: 2 }, livenessProbe: { exec: { command: [test, -f, /tmp/a] } } }`,
    );
  const unhealthy = (message: string) => event('u-a', 'Unhealthy', message);

  test.each([
    [
      'Readiness probe failed: HTTP probe failed with statuscode: 404',
      'The readiness probe fails: GET /healthz/ready on port 8080 (the default path and port) answers with status 404.',
      "Set a path that the program serves, such as health: { ready: '/' }. Without such a path: health: { ready: 'tcp' }.",
    ],
    [
      'Startup probe failed: Get "http://10.0.0.1:8080/healthz/live": dial tcp 10.0.0.1:8080: connect: connection refused',
      'The startup probe fails: GET /healthz/live on port 8080 (the default path and port) is refused. No program listens there.',
      'Let the program listen on port 8080 of all addresses (0.0.0.0), or set its port in the charts, such as port: 3000.',
    ],
    [
      'Readiness probe failed: HTTP probe failed with statuscode: 503',
      'The readiness probe fails: GET /healthz/ready on port 8080 (the default path and port) answers with status 503.',
      'Look at the log of the program: it answers that it is not ready.',
    ],
    [
      'Readiness probe failed: Get "http://10.0.0.1:8080/healthz/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'The readiness probe fails: GET /healthz/ready on port 8080 (the default path and port) does not answer in time.',
      'Answer the health check without calls to other services, or raise health: { timeout: 5 }.',
    ],
    [
      'Liveness probe failed: no such file',
      'The liveness probe fails: the command test -f /tmp/a: no such file',
      'Correct the check, health: { live: … }, or the program.',
    ],
  ])('names the probe, its default and the option: %s', (text, message, fix) => {
    const started = container('{ running: {} }');
    expect(waitingFor(probed(started) + unhealthy(text))).toMatchObject({
      trouble: { kind: 'maybe', reason: 'Unhealthy', message, fix },
    });
  });

  test('a path of the chart is not the default', () => {
    const text = 'Readiness probe failed: HTTP probe failed with statuscode: 404';
    expect(waitingFor(probed(container('{ running: {} }'), '/up') + unhealthy(text))).toMatchObject({
      trouble: { message: expect.stringContaining('GET /up on port 8080 (the default port) answers') },
    });
  });

  test('a container that its startup probe stops again and again', () => {
    const text = 'Startup probe failed: HTTP probe failed with statuscode: 404';
    const stopped = (exitCode: number) =>
      container(
        '{ waiting: { reason: CrashLoopBackOff } }',
        `restartCount: 2, ready: false, lastState: { terminated: { exitCode: ${exitCode} } }`,
      );
    expect(waitingFor(probed(stopped(143)) + unhealthy(text))).toMatchObject({
      trouble: {
        kind: 'crash',
        message: expect.stringContaining('The node stopped the container, 2 restarts. The startup probe fails: GET'),
        fix: expect.stringContaining("health: { live: '/' }"),
      },
    });
    // A program that ends by itself has its reason in the log.
    expect(waitingFor(probed(stopped(1)) + unhealthy(text))).toMatchObject({
      trouble: { message: 'The container ended with exit code 1, 2 restarts.' },
    });
  });

  test('a probe of another container', () => {
    const text = unhealthy('Readiness probe failed: HTTP probe failed with statuscode: 404').replace(
      '{ uid: u-a }',
      "{ uid: u-a, fieldPath: 'spec.containers{other}' }",
    );
    expect(waitingFor(probed(container('{ running: {} }')) + text)).not.toHaveProperty('trouble');
  });

  test.each([
    ['MountVolume.SetUp failed for volume "a": configmap "a" not found', 'certain'],
    ['MountVolume.SetUp failed for volume "a": timed out', 'maybe'],
    ['MountVolume.SetUp failed for volume "a": configmap "kube-root-ca.crt" not found', 'maybe'],
  ])('a volume: %s', (message, kind) => {
    const status = container('{ waiting: { reason: ContainerCreating } }');
    expect(waitingFor(pod('a', 'r2', status) + event('u-a', 'FailedMount', message))).toMatchObject({
      trouble: { kind, reason: 'FailedMount', message },
    });
  });

  test.each([
    ['storageclass.storage.k8s.io "fast" not found', 'certain'],
    ['waiting for a volume to be created', 'maybe'],
  ])('a claim: %s', (message, kind) => {
    const status = "{ conditions: [{ type: PodScheduled, status: 'False', message: unbound }] }";
    const withClaim = pod('a', 'r2', status).replace(
      'spec: {',
      'spec: { volumes: [{ persistentVolumeClaim: { claimName: data } }],',
    );
    const claim = `
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop, uid: c }
status: { phase: Pending }`;
    expect(waitingFor(withClaim + claim + event('c', 'ProvisioningFailed', message))).toMatchObject({
      trouble: { kind, message: `The claim data gets no volume: ${message}` },
    });
  });

  test.each([
    ['pods "web-2-" is forbidden: exceeded quota: q', 'Lower replicas or resources'],
    ['violates PodSecurity "restricted:latest"', 'Correct the pod in the charts'],
  ])('the cluster refuses its pods: %s', (message, fix) => {
    const more = `, conditions: [{ type: ReplicaFailure, status: 'True', message: ${JSON.stringify(message)} }]`;
    const result = readiness(deployment({ available: 1, more }));
    expect(result).toMatchObject({
      trouble: {
        kind: 'certain',
        reason: 'FailedCreate',
        message: expect.stringContaining(message),
        fix: expect.stringContaining(fix),
      },
    });
  });
});

describe('a StatefulSet', () => {
  const set = (status: string) => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop, uid: s, generation: 1 }
spec: { replicas: 2, template: { metadata: {}, spec: { containers: [] } } }
status: { observedGeneration: 1, ${status} }`;

  test.each([
    ['ready', 'currentRevision: a, updateRevision: a, replicas: 2, availableReplicas: 2', { state: 'ready' }],
    [
      'updated',
      'currentRevision: a, updateRevision: b, replicas: 2, availableReplicas: 2, updatedReplicas: 1',
      { text: '1 of 2 replicas are ready' },
    ],
    [
      'started',
      'currentRevision: a, updateRevision: a, replicas: 1, availableReplicas: 1',
      { text: '1 of 2 replicas are ready' },
    ],
  ])('%s', (_, status, expected) => {
    expect(readiness(set(status))).toMatchObject(expected);
  });

  test('its pods are refused', () => {
    const status = 'currentRevision: a, updateRevision: a, replicas: 0, availableReplicas: 0';
    expect(readiness(set(status) + event('s', 'FailedCreate', 'exceeded quota'))).toMatchObject({
      trouble: { kind: 'certain', reason: 'FailedCreate' },
    });
  });
});

test.each([
  [3, { state: 'ready' }],
  [1, { text: '1 of 3 replicas are ready' }],
])('a DaemonSet with %i of 3 pods', (available, expected) => {
  const yaml = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: shop, uid: a, generation: 1, annotations: { deprecated.daemonset.template.generation: '1' } }
spec: { template: { metadata: {}, spec: { containers: [] } } }
status: { observedGeneration: 1, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: ${available} }`;
  expect(readiness(yaml)).toMatchObject(expected);
});

describe('a Job', () => {
  const job = (status: string) => `
apiVersion: batch/v1
kind: Job
metadata: { name: job, namespace: shop, uid: j }
spec: {}
status: { ${status} }`;

  test.each([
    ['complete', "conditions: [{ type: Complete, status: 'True' }]", { state: 'ready' }],
    ['running', '', { state: 'waiting', text: 'runs' }],
    [
      'failed',
      "conditions: [{ type: Failed, status: 'True', reason: BackoffLimitExceeded }]",
      { trouble: { kind: 'certain', reason: 'BackoffLimitExceeded' } },
    ],
  ])('%s', (_, status, expected) => {
    expect(readiness(job(status))).toMatchObject(expected);
  });

  test('a crash is its own business until it has failed', () => {
    const crash = container(
      '{ waiting: { reason: CrashLoopBackOff } }',
      'restartCount: 4, ready: false, lastState: { terminated: { exitCode: 1 } }',
    );
    expect(readiness(job('') + pod('p', 'j', crash))).toMatchObject({ trouble: { kind: 'maybe' } });
  });

  test.each([
    ['the program of a task, which is an init container', 'initContainerStatuses', 'migration'],
    ['its container', 'containerStatuses', 'main'],
  ])('the log is that of %s', (_, list, name) => {
    const failed = job("conditions: [{ type: Failed, status: 'True', reason: BackoffLimitExceeded }]");
    const ended = `{ ${list}: [{ name: first, state: { terminated: { exitCode: 0 } } }, { name: ${name}, state: { terminated: { exitCode: 1 } } }] }`;
    expect(readiness(failed + pod('p', 'j', ended))).toMatchObject({ trouble: { pod: 'p', container: name } });
  });

  test('its pod is refused', () => {
    expect(readiness(job('') + event('j', 'FailedCreate', 'exceeded quota'))).toMatchObject({
      trouble: { kind: 'certain' },
    });
  });
});

describe('an object of a custom kind', () => {
  const custom = (apiVersion: string, kind: string, status: string) => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: a, namespace: shop, uid: a, generation: 2 }
${status && `status: { ${status} }`}`;
  const condition = (type: string, value: string, generation = 2) =>
    `{ type: ${type}, status: '${value}', reason: Why, message: text, observedGeneration: ${generation} }`;

  test.each([
    ['postgresql.cnpg.io/v1', 'Cluster', `conditions: [${condition('Ready', 'True')}]`, { state: 'ready' }],
    [
      'postgresql.cnpg.io/v1',
      'Cluster',
      "phase: 'Setting up primary'",
      { state: 'waiting', text: 'Setting up primary' },
    ],
    ['postgresql.cnpg.io/v1', 'Cluster', '', { state: 'waiting' }],
    [
      'gateway.networking.k8s.io/v1',
      'Gateway',
      `conditions: [${condition('Accepted', 'True')}, ${condition('Programmed', 'False')}]`,
      { text: 'Why: text' },
    ],
    [
      'gateway.networking.k8s.io/v1',
      'Gateway',
      `conditions: [${condition('Accepted', 'True')}, ${condition('Programmed', 'True')}]`,
      { state: 'ready' },
    ],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute', '', { trouble: { reason: 'NotAccepted' } }],
    [
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      `parents: [{ conditions: [${condition('Accepted', 'True')}, ${condition('ResolvedRefs', 'False')}] }]`,
      { text: 'Why: text' },
    ],
    [
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      `parents: [{ conditions: [${condition('Accepted', 'True')}, ${condition('ResolvedRefs', 'True')}] }]`,
      { state: 'ready' },
    ],
    [
      'cert-manager.io/v1',
      'Certificate',
      `conditions: [${condition('Ready', 'True', 1)}]`,
      { text: 'Ready is not known yet' },
    ],
    ['cert-manager.io/v1', 'Certificate', `conditions: [${condition('Ready', 'True')}]`, { state: 'ready' }],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      `conditions: [${condition('Established', 'True')}]`,
      { state: 'ready' },
    ],
    ['example.com/v1', 'Widget', `conditions: [${condition('Ready', 'False')}]`, { text: 'Why: text' }],
    ['example.com/v1', 'Widget', `conditions: [${condition('Other', 'False')}]`, { state: 'silent' }],
    ['example.com/v1', 'Widget', '', { state: 'silent' }],
    ['networking.k8s.io/v1', 'Ingress', '', { state: 'silent' }],
  ])('%s %s with %s', (apiVersion, kind, status, expected) => {
    expect(readiness(custom(apiVersion, kind, status))).toMatchObject(expected);
  });
});
