import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'service-account-missing';
const account = (name: string, namespace = 'shop') =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: ${name}, namespace: ${namespace} }`;
const running = (name: string) => deployment('', { pod: `serviceAccountName: ${name}` });

test('reports a missing ServiceAccount and suggests an existing one', () => {
  const yaml = documents(account('web'), running('wep'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.serviceAccountName',
      file: FILE,
      line: lineOf(yaml, 'serviceAccountName: wep'),
      message: 'There is no ServiceAccount "wep" in the namespace shop.',
      expected: 'one of web',
      got: 'wep',
      fix: 'Did you mean web? Otherwise, add the ServiceAccount.',
    },
  ]);
});

test('accepts an existing one in the same namespace', () => {
  expect(problemsIn(code, documents(account('web'), running('web')))).toEqual([]);
  expect(problemsIn(code, documents(account('web', 'blog'), running('web')))).toMatchObject([{ expected: undefined }]);
});

test('reads the older field', () => {
  const old = deployment('', { pod: 'serviceAccount: web' });
  expect(problemsIn(code, old)).toMatchObject([{ field: 'spec.template.spec.serviceAccount' }]);
  expect(problemsIn(code, documents(account('web'), old))).toEqual([]);
});

test.each(['default', 'null', '""'])('%s exists in every namespace', (name) => {
  expect(problemsIn(code, running(name))).toEqual([]);
});

test('checks Jobs and CronJobs', () => {
  const pod = '{ template: { spec: { serviceAccountName: gone, containers: [] } } }';
  const yaml = documents(
    `apiVersion: batch/v1\nkind: Job\nmetadata: { name: a }\nspec: ${pod}`,
    `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: b }\nspec: { jobTemplate: { spec: ${pod} } }`,
  );
  expect(problemsIn(code, yaml)).toMatchObject([
    { object: 'Job a', field: 'spec.template.spec.serviceAccountName' },
    { object: 'CronJob b', field: 'spec.jobTemplate.spec.template.spec.serviceAccountName' },
  ]);
});
