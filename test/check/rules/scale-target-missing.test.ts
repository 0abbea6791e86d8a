import { deployment, documents, problemsIn } from '../problems-in';

const code = 'scale-target-missing';
const hpa = (spec = '', kind = 'Deployment', name = 'web') =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: scale, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }, maxReplicas: 4${spec && `, ${spec}`} }`;

test('reports a missing target and suggests an existing one', () => {
  expect(problemsIn(code, documents(deployment(''), hpa('', 'Deployment', 'wb')))).toMatchObject([
    {
      object: 'HorizontalPodAutoscaler shop/scale',
      field: 'spec.scaleTargetRef.name',
      message: 'There is no Deployment "wb" in the namespace shop.',
      got: 'wb',
      expected: 'one of web',
      fix: 'Did you mean web? Otherwise, add the Deployment.',
    },
  ]);
  expect(problemsIn(code, documents(deployment(''), hpa('', 'StatefulSet')))).toHaveLength(1);
});

test('accepts an existing target, and a target of a custom kind', () => {
  expect(problemsIn(code, documents(deployment(''), hpa()))).toEqual([]);
  expect(problemsIn(code, hpa('', 'Rollout', 'gone'))).toEqual([]);
});
