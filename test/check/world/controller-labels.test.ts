import { documents, problemsIn } from '../problems-in';

const code = 'service-without-pods';
const selects = (selector: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { selector: { ${selector} } }`;
const workload = (kind: string, spec = '', name = 'kafka') =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec: { ${spec}template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web }] } } }`;
const isFound = (yaml: string, selector: string) => problemsIn(code, documents(yaml, selects(selector))).length === 0;

test.each([
  [
    'StatefulSet',
    'replicas: 3, ',
    'statefulset.kubernetes.io/pod-name: kafka-0',
    'statefulset.kubernetes.io/pod-name: kafka-3',
  ],
  ['StatefulSet', '', 'statefulset.kubernetes.io/pod-name: kafka-7', 'statefulset.kubernetes.io/pod-name: kafkas-0'],
  [
    'StatefulSet',
    'replicas: 2, ordinals: { start: 5 }, ',
    'app: web, apps.kubernetes.io/pod-index: "6"',
    'app: web, apps.kubernetes.io/pod-index: "7"',
  ],
  ['Job', '', 'job-name: kafka', 'job-name: kafka-0'],
  ['Job', '', 'batch.kubernetes.io/job-name: kafka', 'batch.kubernetes.io/job-completion-index: "0"'],
  [
    'Job',
    'completionMode: Indexed, completions: 2, ',
    'batch.kubernetes.io/job-completion-index: "1"',
    'batch.kubernetes.io/job-completion-index: "2"',
  ],
  ['Deployment', '', 'app: web, pod-template-hash: a1', 'app: other, pod-template-hash: a1'],
  ['DaemonSet', '', 'controller-revision-hash: a1', 'pod-template-hash: a1'],
])('the controller of a %s with %j adds %s, but not %s', (kind, spec, added, other) => {
  expect(isFound(workload(kind, spec), added)).toBe(true);
  expect(isFound(workload(kind, spec), other)).toBe(false);
});

test('a label in the manifest counts more than the one that a controller would add', () => {
  const job = workload('Job').replace('app: web', 'app: web, job-name: mine');
  expect(isFound(job, 'job-name: mine')).toBe(true);
  expect(isFound(job, 'job-name: kafka')).toBe(false);
});

test.each([
  ['{ key: statefulset.kubernetes.io/pod-name, operator: Exists }', 0],
  ['{ key: statefulset.kubernetes.io/pod-name, operator: In, values: [kafka-0, other-0] }', 0],
  ['{ key: statefulset.kubernetes.io/pod-name, operator: In, values: [other-0] }', 1],
  ['{ key: job-name, operator: Exists }', 1],
  ['{ key: job-name, operator: DoesNotExist }', 0],
  ['{ key: apps.kubernetes.io/pod-index, operator: DoesNotExist }', 1],
])('a policy with the expression %s has %i problems', (expression, problems) => {
  const policy = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { podSelector: { matchExpressions: [${expression}] } }`;
  expect(problemsIn('policy-without-pods', documents(workload('StatefulSet'), policy))).toHaveLength(problems);
});
