import { deployment, documents, problemsIn } from '../problems-in';

const code = 'scale-target-missing';
const hpa = (spec = '', kind = 'Deployment', name = 'web') =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: scale, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }, maxReplicas: 4${spec && `, ${spec}`} }`;

test('a target that is not there is told, with the name that was meant', () => {
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

test('one that is there is no mistake, nor one of a kind of other people', () => {
  expect(problemsIn(code, documents(deployment(''), hpa()))).toEqual([]);
  expect(problemsIn(code, hpa('', 'Rollout', 'gone'))).toEqual([]);
});
