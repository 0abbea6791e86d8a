import { patienceFor } from '../../../src/cluster/wait/deadline';

const workload = (pod: object, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { ...more, template: { spec: { terminationGracePeriodSeconds: 10, ...pod } } },
});
const probe = (periodSeconds: number, failureThreshold: number) => ({
  periodSeconds,
  failureThreshold,
  timeoutSeconds: 1,
});

test('the time for one replica follows from its probes', () => {
  const none = patienceFor(workload({ containers: [{ name: 'a' }] }));
  const some = patienceFor(
    workload({ containers: [{ name: 'a', startupProbe: probe(2, 150), readinessProbe: probe(5, 2) }] }),
  );
  expect(some - none).toBe(2 * 150 + 1 + 5 * 2 + 1);
});

test('the slowest container counts, and init containers come before', () => {
  const slow = { name: 'a', startupProbe: probe(10, 30) };
  const fast = { name: 'b', startupProbe: probe(1, 3) };
  const both = patienceFor(workload({ containers: [fast, slow] }));
  expect(both).toBe(patienceFor(workload({ containers: [slow] })));
  expect(patienceFor(workload({ containers: [slow], initContainers: [fast] }))).toBeGreaterThan(both);
});

test('the grace period of an old replica and minReadySeconds count', () => {
  const containers = [{ name: 'a' }];
  const base = patienceFor(workload({ containers }));
  expect(patienceFor(workload({ containers, terminationGracePeriodSeconds: 100 })) - base).toBe(90);
  expect(patienceFor(workload({ containers }, { minReadySeconds: 15 })) - base).toBe(15);
});

test('a Job names its own deadline', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: { activeDeadlineSeconds: 77 } };
  expect(patienceFor(job)).toBe(77);
  expect(patienceFor({ ...job, spec: {} })).toBe(600);
});
