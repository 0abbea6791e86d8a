import { deployment, documents, problemsIn } from '../problems-in';

const code = 'autoscale-without-requests';
const hpa = (spec = '', kind = 'Deployment', name = 'web') =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: scale, namespace: shop }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${name} }, maxReplicas: 4${spec && `, ${spec}`} }`;

const CPU =
  'metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]';

test('reports a container without a request for the scaled resource', () => {
  expect(problemsIn(code, documents(deployment('resources: { requests: { memory: 1Gi } }'), hpa(CPU)))).toMatchObject([
    {
      object: 'HorizontalPodAutoscaler shop/scale',
      field: 'spec.scaleTargetRef',
      message: 'The autoscaler scales on cpu utilization, but the container "web" does not request cpu.',
      fix: 'Add resources.requests.cpu to "web".',
    },
  ]);
  expect(problemsIn(code, documents(deployment(''), hpa()))).toHaveLength(1);
});

test.each(['requests: { cpu: 1 }', 'limits: { cpu: 1 }'])('%s is sufficient', (resources) => {
  expect(problemsIn(code, documents(deployment(`resources: { ${resources} }`), hpa(CPU)))).toEqual([]);
});

test('an absolute target requires no requests', () => {
  expect(
    problemsIn(
      code,
      documents(
        deployment(''),
        hpa(
          'metrics: [{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 100m } } }]',
        ),
      ),
    ),
  ).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(
        deployment(''),
        hpa(
          'metrics: [{ type: Pods, pods: { metric: { name: a }, target: { type: AverageValue, averageValue: 1 } } }]',
        ),
      ),
    ),
  ).toEqual([]);
});

test('a trigger of KEDA by utilization requires requests', () => {
  const scaled = (trigger: string) =>
    `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: scale, namespace: shop }\nspec: { scaleTargetRef: { name: web }, triggers: ${trigger} }`;
  const memory = "[{ type: memory, metricType: Utilization, metadata: { value: '70' } }]";
  expect(problemsIn(code, documents(deployment(''), scaled(memory)))).toMatchObject([
    { message: 'The autoscaler scales on memory utilization, but the container "web" does not request memory.' },
  ]);
  for (const trigger of [
    '[{ type: memory, metricType: AverageValue }]',
    '[{ type: prometheus, metricType: Utilization }]',
    'null',
  ])
    expect(problemsIn(code, documents(deployment(''), scaled(trigger)))).toEqual([]);
});
