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

test.each([
  [
    'autoscaling.k8s.io/v1',
    'VerticalPodAutoscaler',
    'targetRef: { apiVersion: apps/v1, kind: Deployment, name: NAME }',
  ],
  ['keda.sh/v1alpha1', 'ScaledObject', 'scaleTargetRef: { name: NAME }'],
])('checks the target of %s %s', (apiVersion, kind, spec) => {
  const scaler = (name: string, text = spec) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: scale, namespace: shop }\nspec: { ${text.replace('NAME', name)} }`;
  expect(problemsIn(code, documents(deployment(''), scaler('web')))).toEqual([]);
  expect(problemsIn(code, documents(deployment(''), scaler('wbe')))).toMatchObject([
    { object: `${kind} shop/scale`, field: `spec.${spec.split(':')[0]}.name`, expected: 'one of web' },
  ]);
  // The workloads of the namespace are in other manifests.
  expect(problemsIn(code, scaler('web'))).toEqual([]);
  const custom = scaler(
    'gone',
    spec
      .replace('name:', 'apiVersion: argoproj.io/v1alpha1, kind: Rollout, name:')
      .replace('apiVersion: apps/v1, kind: Deployment, ', ''),
  );
  expect(problemsIn(code, documents(deployment(''), custom))).toEqual([]);
});
