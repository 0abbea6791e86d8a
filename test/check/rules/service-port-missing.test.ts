import { deployment, documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'service-port-missing';
const WEB = deployment('ports: [{ name: http, containerPort: 8080 }, { containerPort: 9090 }]');
const serviceWith = (ports: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec:\n  selector: { app: web }\n  ports: ${ports}\n${more}`;
const found = (ports: string, pods = WEB, more = '') => problemsIn(code, documents(pods, serviceWith(ports, more)));

test('reports a missing target port and the existing ports', () => {
  const yaml = documents(
    WEB,
    serviceWith('\n    - { port: 80, targetPort: http }\n    - port: 81\n      targetPort: htpp'),
  );
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Service shop/web',
      field: 'spec.ports[1].targetPort',
      file: FILE,
      line: lineOf(yaml, 'targetPort: htpp'),
      message: 'No container of Deployment shop/web has the port "htpp".',
      expected: 'one of http (8080), 9090',
      got: '"htpp"',
      fix: 'Use a port that the container declares, or add the port to the container.',
    },
  ]);
});

test.each([
  '[{ port: 80, targetPort: http }]',
  '[{ port: 80, targetPort: 8080 }]',
  '[{ port: 80, targetPort: 9090 }]',
  '[{ port: 8080 }]',
  '[{ port: 8080, targetPort: null }]',
  '[]',
  'null',
])('%s names an existing port', (ports) => {
  expect(found(ports)).toEqual([]);
});

test.each([
  '[{ port: 80, targetPort: 8081 }]',
  '[{ port: 80, targetPort: "8080" }]',
  '[{ port: 80, targetPort: web }]',
])('%s names a missing port', (ports) => {
  expect(found(ports)).toMatchObject([{ field: 'spec.ports[0].targetPort' }]);
});

test.each(['[{ port: 80 }]', '[{ port: 80, targetPort: null }]'])('%s targets the same port', (ports) => {
  expect(found(ports)).toMatchObject([{ field: 'spec.ports[0].port', got: '80' }]);
});

test('a number can target an undeclared port if no ports are declared, but a name cannot', () => {
  for (const silent of [deployment(''), deployment('ports: null'), deployment('ports: []')]) {
    expect(found('[{ port: 80, targetPort: 8080 }]', silent)).toEqual([]);
    expect(found('[{ port: 80, targetPort: http }]', silent)).toMatchObject([
      { expected: 'a port that the pod declares' },
    ]);
  }
});

test('any container of the pod can have the port', () => {
  const pod = deployment('ports: [{ name: http, containerPort: 8080 }]', {
    pod: 'initContainers: [{ name: proxy, restartPolicy: Always, ports: [{ name: proxy, containerPort: 15001 }] }]',
  });
  expect(found('[{ port: 80, targetPort: proxy }]', pod)).toEqual([]);
  expect(found('[{ port: 80, targetPort: prxy }]', pod)).toHaveLength(1);
});

test('each workload behind the Service must have the port', () => {
  const canary = WEB.replace('name: web, namespace', 'name: canary, namespace').replace('name: http', 'name: web');
  expect(found('[{ port: 80, targetPort: http }]', documents(WEB, canary))).toMatchObject([
    { message: 'No container of Deployment shop/canary has the port "http".' },
  ]);
});

test('for a headless Service, port numbers have no effect, but port names do', () => {
  expect(found('[{ port: 80, targetPort: 8081 }]', WEB, '  clusterIP: None')).toEqual([]);
  expect(found('[{ port: 80 }]', WEB, '  clusterIP: None')).toEqual([]);
  expect(found('[{ port: 80, targetPort: htpp }]', WEB, '  clusterIP: None')).toHaveLength(1);
});

test('a Service without a selector, or of type ExternalName, has no pods to check', () => {
  const other = (spec: string) =>
    problemsIn(
      code,
      documents(WEB, `apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: ${spec}`),
    );
  expect(other('{ selector: { app: web }, ports: [{ port: 80, targetPort: gone }] }')).toHaveLength(1);
  expect(other('{ ports: [{ port: 80, targetPort: gone }] }')).toEqual([]);
  expect(
    other(
      '{ type: ExternalName, externalName: example.com, selector: { app: web }, ports: [{ port: 80, targetPort: gone }] }',
    ),
  ).toEqual([]);
  expect(other('null')).toEqual([]);
});
