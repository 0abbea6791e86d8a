import { deployment, documents, problemsIn } from '../problems-in';

const code = 'budget-without-pods';
const budget = (spec: string, app = 'web') =>
  `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: web, namespace: shop }\nspec: { selector: { matchLabels: { app: ${app} } }, ${spec} }`;

test('a budget that counts nobody is told', () => {
  expect(problemsIn(code, documents(deployment(''), budget('maxUnavailable: 1', 'wb')))).toMatchObject([
    {
      object: 'PodDisruptionBudget shop/web',
      field: 'spec.selector',
      message: 'No pod in the namespace shop has the labels app=wb.',
      got: 'app=wb',
    },
  ]);
});

test('one that counts somebody is no mistake, nor one for pods of which nothing is known', () => {
  expect(problemsIn(code, documents(deployment(''), budget('maxUnavailable: 1')))).toEqual([]);
  expect(problemsIn(code, budget('maxUnavailable: 1'))).toEqual([]);
});
