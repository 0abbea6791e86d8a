import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'stateful-service-missing';
const set = (spec: string) =>
  deployment('', { name: 'db' })
    .replace('kind: Deployment', 'kind: StatefulSet')
    .replace('spec:\n', `spec:\n  ${spec}\n`);

test('reports a StatefulSet with a missing Service, and suggests an existing one', () => {
  expect(
    problemsIn(code, documents(service('db-pods').replace('app: db-pods', 'app: db'), set('serviceName: db-pod'))),
  ).toMatchObject([
    {
      object: 'StatefulSet shop/db',
      field: 'spec.serviceName',
      message: 'There is no Service "db-pod" in the namespace shop.',
      got: 'db-pod',
      expected: 'one of db-pods',
      fix: 'Did you mean db-pods? Otherwise, add a Service with this name and clusterIP: None.',
    },
  ]);
});

test('reports a Service that selects other pods', () => {
  expect(problemsIn(code, documents(service('web'), set('serviceName: web')))).toMatchObject([
    { message: 'The Service web does not select the pods of this StatefulSet.' },
  ]);
});

test.each(['serviceName: db', 'replicas: 1', 'serviceName: ""', 'serviceName: null'])('accepts %s', (spec) => {
  expect(problemsIn(code, documents(service('db'), set(spec)))).toEqual([]);
});

test('accepts a StatefulSet whose pods no Service selects', () => {
  expect(problemsIn(code, documents(service('web'), set('serviceName: db')))).toEqual([]);
});

test('accepts a missing Service if only Services with an address of their own select the pods', () => {
  const metrics = service('db-metrics').replace('app: db-metrics', 'app: db');
  expect(problemsIn(code, documents(metrics, set('serviceName: db')))).toEqual([]);
  expect(
    problemsIn(code, documents(metrics.replace('spec:', 'spec:\n  clusterIP: None'), set('serviceName: db'))),
  ).toHaveLength(1);
});
