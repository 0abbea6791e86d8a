import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'subset-missing';
const API = 'networking.istio.io/v1';
const pods = deployment('').replace('labels: { app: web }', 'labels: { app: web, version: v1 }');
const rule = (subsets: string, host = 'web') =>
  `apiVersion: ${API}\nkind: DestinationRule\nmetadata: { name: d, namespace: shop }\nspec:\n  host: ${host}\n  subsets: ${subsets}`;
const virtual = (destination: string) =>
  `apiVersion: ${API}\nkind: VirtualService\nmetadata: { name: v, namespace: shop }\nspec:\n  hosts: [web]\n  http:\n    - route:\n        - destination: ${destination}`;
const V1 = '[{ name: stable, labels: { version: v1 } }]';

test('reports an undefined subset, with its line', () => {
  const yaml = documents(pods, service('web'), rule(V1), virtual('{ host: web, subset: stabel }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'VirtualService shop/v',
      field: 'spec.http[0].route[0].destination.subset',
      file: FILE,
      line: lineOf(yaml, 'stabel'),
      message: 'No DestinationRule of the host web has the subset "stabel".',
      expected: 'one of stable',
      got: 'stabel',
      fix: 'Did you mean stable? Otherwise, add the subset to the DestinationRule.',
    },
  ]);
});

test.each([
  ['{ host: web, subset: stable }', rule(V1)],
  ['{ host: web.shop.svc.cluster.local, subset: stable }', rule(V1)],
  ['{ host: web, subset: stable }', rule(V1, 'web.shop.svc.cluster.local')],
  ['{ host: web }', rule(V1)],
  ['{ host: web, subset: other }', rule(V1, 'api')],
  ['{ host: web, subset: other }', documents(rule(V1), rule('[{ name: other, labels: { version: v1 } }]'))],
])('accepts %s with %s', (destination, declared) => {
  expect(problemsIn(code, documents(pods, service('web'), declared, virtual(destination)))).toEqual([]);
});

test('reports a subset without pods', () => {
  const yaml = documents(pods, service('web'), rule('[{ name: stable, labels: { version: v2 } }]'));
  expect(problemsIn(code, yaml)).toMatchObject([
    {
      field: 'spec.subsets[0].labels',
      got: 'version=v2',
      message: 'No pod of the Service web has the labels version=v2.',
    },
  ]);
});

test.each([
  documents(service('web'), rule('[{ name: stable, labels: { version: v2 } }]')),
  documents(pods, service('web'), rule('[{ name: near, labels: { topology.kubernetes.io/zone: a } }]')),
  documents(pods, service('web'), rule('[{ name: all }]')),
  documents(pods, service('web'), rule('null')),
])('the pods of the subset are unknown or exist: %s', (yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});
