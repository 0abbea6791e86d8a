import { deployment, documents, problemsIn } from '../problems-in';

const code = 'replicas-and-autoscale';
const hpa = (spec = '', kind = 'Deployment', name = 'web') =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: scale, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }, maxReplicas: 4${spec && `, ${spec}`} }`;

const copies = (n: string) => deployment('').replace('spec:\n', `spec:\n  replicas: ${n}\n`);

test('reports replicas with an autoscaler, at the line of the number', () => {
  expect(problemsIn(code, documents(copies('3'), hpa()))).toMatchObject([
    {
      object: 'Deployment shop/web',
      field: 'spec.replicas',
      message: 'The workload sets replicas, but HorizontalPodAutoscaler shop/scale controls the number of replicas.',
      got: '3',
      fix: 'Remove replicas.',
    },
  ]);
});

test('accepts one of the two alone', () => {
  expect(problemsIn(code, documents(copies('3'), hpa('', 'Deployment', 'other')))).toEqual([]);
  expect(problemsIn(code, documents(copies('null'), hpa()))).toEqual([]);
  expect(problemsIn(code, documents(deployment(''), hpa()))).toEqual([]);
});

test('reports replicas with a ScaledObject of KEDA, whose target is a Deployment by default', () => {
  const scaled = (ref: string) =>
    `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: scale, namespace: shop }\nspec: { scaleTargetRef: ${ref}, triggers: [] }`;
  expect(problemsIn(code, documents(copies('3'), scaled('{ name: web }')))).toMatchObject([
    { message: 'The workload sets replicas, but ScaledObject shop/scale controls the number of replicas.' },
  ]);
  expect(problemsIn(code, documents(copies('3'), scaled('{ kind: StatefulSet, name: web }')))).toEqual([]);
  expect(problemsIn(code, documents(copies('3'), scaled('null')))).toEqual([]);
  expect(problemsIn(code, documents(deployment(''), scaled('{ name: web }')))).toEqual([]);
});
