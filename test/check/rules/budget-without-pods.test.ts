import { deployment, documents, problemsIn } from '../problems-in';

const code = 'budget-without-pods';
const budget = (spec: string, app = 'web') =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: { selector: { matchLabels: { app: ${app} } }, ${spec} }`;

test('reports a budget that selects no pods', () => {
  expect(problemsIn(code, documents(deployment(''), budget('maxUnavailable: 1', 'wb')))).toMatchObject([
    {
      object: 'PodDisruptionBudget shop/web',
      field: 'spec.selector',
      message: 'No pod in the namespace shop has the labels app=wb.',
      got: 'app=wb',
    },
  ]);
});

test('accepts a budget that selects pods, or whose pods are unknown', () => {
  expect(problemsIn(code, documents(deployment(''), budget('maxUnavailable: 1')))).toEqual([]);
  expect(problemsIn(code, budget('maxUnavailable: 1'))).toEqual([]);
});
