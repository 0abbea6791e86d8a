import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_IMPLEMENTATIONS } from '../../../src/k8s/gateway-implementations';
import { documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'route-setting-ignored';
const API = 'gateway.networking.k8s.io/v1';
const gatewayClass = (name: string, controller: string) =>
  `apiVersion: ${API}\nkind: GatewayClass\nmetadata: { name: ${name} }\nspec: { controllerName: ${controller} }`;
const gateway = (className: string, name = 'public') =>
  `apiVersion: ${API}\nkind: Gateway\nmetadata: { name: ${name}, namespace: shop }\nspec: { gatewayClassName: ${className}, listeners: [{ name: web, port: 80, protocol: HTTP }] }`;
const route = (rule: string, parent = '{ name: public }') =>
  `apiVersion: ${API}\nkind: HTTPRoute\nmetadata: { name: r, namespace: shop }\nspec:\n  parentRefs: [${parent}]\n  rules:\n    - ${rule}`;

/** The usual classes of the implementations. */
const CLASSES = ['eg', 'cilium', 'kgateway', 'istio', 'nginx', 'traefik', 'gke-l7-rilb'];
const TIMEOUTS = 'timeouts: { request: 10s }';
const CORS = 'filters: [{ type: CORS, cors: { allowOrigins: ["*"] } }]';
const MIRROR = 'filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: b, port: 80 } } }]';
const BACKEND =
  'backendRefs: [{ name: a, port: 80, filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [x] } }] }]';
const SETTINGS = { timeouts: TIMEOUTS, cors: CORS, mirror: MIRROR, backendFilters: BACKEND };

test('reports a setting that the implementation lacks, with its line', () => {
  const yaml = documents(gateway('traefik'), route(CORS));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'HTTPRoute shop/r',
      field: 'spec.rules[0].filters[0]',
      file: FILE,
      line: lineOf(yaml, 'type: CORS'),
      message: 'Traefik 3.7.10 does not carry the filter CORS.',
      expected: 'settings that Traefik carries',
      got: 'the filter CORS',
      fix: 'Use a Middleware with headers, by a filter ExtensionRef.',
    },
  ]);
});

describe.each(GATEWAY_IMPLEMENTATIONS.map((one) => [one.title, one] as const))('%s', (_, implementation) => {
  const className = CLASSES.find((name) => implementation.className.test(name))!;

  test.each(Object.entries(SETTINGS))('%s', (setting, rule) => {
    const count = setting in implementation.lacks ? 1 : 0;
    expect(problemsIn(code, documents(gateway(className), route(rule)))).toHaveLength(count);
    const named = documents(gatewayClass('own', implementation.controllerName), gateway('own'), route(rule));
    expect(problemsIn(code, named)).toHaveLength(count);
  });

  test('has a row in the table of docs/gateway.md', () => {
    const yes = Object.keys(SETTINGS).map((setting) => (setting in implementation.lacks ? 'no' : 'yes'));
    const rows = readFileSync(join(__dirname, '../../../docs/gateway.md'), 'utf8')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows).toContainEqual(['', implementation.title, implementation.version, ...yes, '']);
  });
});

test.each([
  [
    'a class that another controller serves',
    documents(gatewayClass('traefik', 'example.com/other'), gateway('traefik'), route(CORS)),
  ],
  ['a class that is not known', documents(gateway('own'), route(CORS))],
  ['a Gateway that is not in the manifests', documents(gateway('traefik', 'other'), route(CORS))],
  ['a route of a Service', documents(gateway('traefik'), route(CORS, '{ name: public, kind: Service, group: "" }'))],
  ['no such setting', documents(gateway('traefik'), route('backendRefs: [{ name: a, port: 80 }]'))],
  ['empty settings', documents(gateway('nginx'), route('timeouts: {}'))],
  ['invalid settings', documents(gateway('nginx'), route('filters: 1'), route('timeouts: null'))],
  ['an invalid Gateway', documents(gateway('1'), route(CORS))],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});
