import { documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'extension-service-missing';
const webhook = (ref: string, kind = 'ValidatingWebhookConfiguration') =>
  `apiVersion: admissionregistration.k8s.io/v1\nkind: ${kind}\nmetadata: { name: policy }\nwebhooks:\n  - name: a.example.com\n    clientConfig:\n      service: ${ref}\n    sideEffects: None\n    admissionReviewVersions: [v1]`;
const HOOK = service('hook').replace('port: 80', 'port: 443');

test('reports a missing Service of a webhook, with its line', () => {
  const yaml = documents(HOOK, webhook('{ name: hok, namespace: shop, path: /validate }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'ValidatingWebhookConfiguration policy',
      field: 'webhooks[0].clientConfig.service.name',
      file: FILE,
      line: lineOf(yaml, 'hok'),
      message: 'There is no Service "hok" in the namespace shop.',
      expected: 'one of hook',
      got: 'hok',
      fix: 'Did you mean hook? Otherwise, add the Service.',
    },
  ]);
});

test('reports a port that the Service does not have', () => {
  expect(problemsIn(code, documents(HOOK, webhook('{ name: hook, namespace: shop, port: 8443 }')))).toMatchObject([
    {
      field: 'webhooks[0].clientConfig.service.port',
      message: 'The Service hook has no port 8443.',
      expected: 'one of 443',
    },
  ]);
  // The default is 443.
  expect(problemsIn(code, documents(service('hook'), webhook('{ name: hook, namespace: shop }')))).toHaveLength(1);
});

test.each([
  ['the Service', documents(HOOK, webhook('{ name: hook, namespace: shop }'))],
  ['a namespace outside the manifests', documents(HOOK, webhook('{ name: hook, namespace: elsewhere }'))],
  ['a system namespace', documents(HOOK, webhook('{ name: metrics, namespace: kube-system }'))],
  ['a URL', documents(HOOK, webhook('null, url: "https://example.com"'.replace('null, ', 'null\n      ')))],
  [
    'a namespace without Services',
    documents('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }', webhook('{ name: hook, namespace: shop }')),
  ],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test('suggests a similar namespace that has the Service', () => {
  const hook = HOOK.replace('namespace: shop', 'namespace: policy-system');
  expect(problemsIn(code, documents(hook, webhook('{ name: hook, namespace: policy }')))).toMatchObject([
    { field: 'webhooks[0].clientConfig.service.namespace', expected: 'policy-system', got: 'policy' },
  ]);
});

test('checks mutating webhooks, conversions and APIServices', () => {
  const ref = '{ name: hoook, namespace: shop }';
  expect(problemsIn(code, documents(HOOK, webhook(ref, 'MutatingWebhookConfiguration')))).toHaveLength(1);
  const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: as.example.com }\nspec: { conversion: { strategy: Webhook, webhook: { conversionReviewVersions: [v1], clientConfig: { service: ${ref} } } } }`;
  expect(problemsIn(code, documents(HOOK, definition))).toMatchObject([
    { field: 'spec.conversion.webhook.clientConfig.service.name' },
  ]);
  const api = `apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: { name: v1.example.com }\nspec: { service: ${ref} }`;
  expect(problemsIn(code, documents(HOOK, api))).toMatchObject([{ field: 'spec.service.name' }]);
});

test('an operator may create the Service, but not with a typing error', () => {
  const operator = 'apiVersion: example.com/v1\nkind: Cluster\nmetadata: { name: hook, namespace: shop }';
  const found = (name: string) =>
    problemsIn(
      code,
      documents(
        HOOK.replace('name: hook', 'name: hook-server'),
        operator,
        webhook(`{ name: ${name}, namespace: shop }`),
      ),
    );
  expect(found('hook-webhook')).toEqual([]);
  expect(found('hook-sever')).toHaveLength(1);
});
