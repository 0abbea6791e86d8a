import { deployment, documents, problemsIn } from '../problems-in';

const code = 'budget-blocks';
const budget = (spec: string, app = 'web') =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: { selector: { matchLabels: { app: ${app} } }, ${spec} }`;

const copies = (n?: number) =>
  n === undefined ? deployment('') : deployment('').replace('spec:\n', `spec:\n  replicas: ${n}\n`);

test.each([
  ['maxUnavailable: 0', 3],
  ['maxUnavailable: 0%', 3],
  ['minAvailable: 100%', 3],
  ['minAvailable: 3', 3],
  ['minAvailable: 1', 1],
  ['minAvailable: 1', undefined],
  ['minAvailable: 51%', 1],
  ['minAvailable: 5', 2],
  ['minAvailable: 99%', 2],
])('%s with %s replicas blocks every eviction', (spec, n) => {
  expect(problemsIn(code, documents(copies(n), budget(spec)))).toMatchObject([
    {
      object: 'PodDisruptionBudget shop/web',
      field: `spec.${spec.split(':')[0]!}`,
      message: expect.stringMatching(/^The budget blocks every eviction/),
    },
  ]);
});

test.each([
  ['maxUnavailable: 1', 1],
  ['maxUnavailable: 1', 3],
  ['maxUnavailable: 50%', 3],
  ['minAvailable: 1', 2],
  ['minAvailable: 50%', 2],
  ['minAvailable: 0', 1],
  ['maxUnavailable: 0', 0],
])('accepts %s with %s replicas', (spec, n) => {
  expect(problemsIn(code, documents(copies(n), budget(spec)))).toEqual([]);
});

test('with an autoscaler, the minimum number of replicas counts', () => {
  const hpa = (min: number) =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web, namespace: shop }\nspec: { scaleTargetRef: { kind: Deployment, name: web }, minReplicas: ${min}, maxReplicas: 9 }`;
  expect(problemsIn(code, documents(copies(), budget('minAvailable: 1'), hpa(2)))).toEqual([]);
  expect(problemsIn(code, documents(copies(), budget('minAvailable: 2'), hpa(2)))).toHaveLength(1);
});

test('for a DaemonSet, only certain problems are reported', () => {
  const daemons = deployment('').replace('kind: Deployment', 'kind: DaemonSet');
  expect(problemsIn(code, documents(daemons, budget('minAvailable: 1')))).toEqual([]);
  expect(problemsIn(code, documents(daemons, budget('maxUnavailable: 0')))).toMatchObject([
    { message: 'The budget blocks every eviction.' },
  ]);
});
