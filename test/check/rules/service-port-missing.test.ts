import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
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

test('without declared ports, the probes say where the pod listens', () => {
  const probed = (more = '') => deployment(`readinessProbe: { httpGet: { path: /ready, port: 8080 } }\n${more}`);
  expect(found('[{ port: 80, targetPort: 8080 }]', probed())).toEqual([]);
  expect(found('[{ port: 80, targetPort: 8090 }]', probed())).toMatchObject([
    { got: '8090', expected: 'a port of its probes, such as 8080' },
  ]);
  expect(found('[{ port: 80, targetPort: 8090 }]', probed('args: ["--port=8090"]'))).toEqual([]);
  const reads = 'env: [{ name: A, valueFrom: { configMapKeyRef: { name: a, key: b } } }]';
  expect(found('[{ port: 80, targetPort: 8090 }]', probed(reads))).toEqual([]);
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

describe('a number that no container declares is no mistake', () => {
  const PORTS = 'ports: [{ containerPort: 8080 }]';
  const settings = (data: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { server.conf: "${data}" }`;
  const mounted = 'volumes: [{ name: a, configMap: { name: settings } }]';

  test.each([
    ['a command', deployment(`${PORTS}\ncommand: [serve, --admin=:8081]`)],
    ['an argument', deployment(`${PORTS}\nargs: [--port, "8081"]`)],
    ['a variable', deployment(`${PORTS}\nenv: [{ name: PORT, value: "8081" }]`)],
    ['a probe', deployment(`${PORTS}\nreadinessProbe: { httpGet: { port: 8081 } }`)],
    ['a probe with a command', deployment(`${PORTS}\nlivenessProbe: { exec: { command: [curl, "localhost:8081"] } }`)],
    ['a mounted file', documents(deployment(PORTS, { pod: mounted }), settings('listen 8081'))],
    [
      'a variable from settings',
      documents(deployment(`${PORTS}\nenvFrom: [{ configMapRef: { name: settings } }]`), settings('8081')),
    ],
    ['a mounted file of another folder', deployment(PORTS, { pod: mounted })],
  ])('if it is in %s', (_, pods) => {
    expect(found('[{ port: 80, targetPort: 8081 }]', pods)).toEqual([]);
    expect(found('[{ port: 80, targetPort: web }]', pods)).toHaveLength(1);
  });

  test('but a part of another number does not count, and neither does the time of a probe', () => {
    const pods = (container: string) => deployment(`${PORTS}\n${container}`);
    for (const other of ['args: ["18081"]', 'args: ["80810"]', 'env: [{ name: A, value: "8082" }]'])
      expect(found('[{ port: 80, targetPort: 8081 }]', pods(other))).toHaveLength(1);
    const probe = 'readinessProbe: { periodSeconds: 90, tcpSocket: { port: 8080 } }';
    expect(found('[{ port: 90 }]', pods(probe))).toHaveLength(1);
    expect(
      found(
        '[{ port: 80, targetPort: 8081 }]',
        documents(deployment(PORTS, { pod: mounted }), settings('listen 8082')),
      ),
    ).toHaveLength(1);
  });

  test('if Services use every declared port', () => {
    const pods = deployment(PORTS);
    expect(
      found('[{ name: http, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }]', pods),
    ).toEqual([]);
    const other = serviceWith('[{ port: 80, targetPort: 8080 }]').replace('name: web', 'name: other');
    expect(found('[{ port: 443, targetPort: 8443 }]', documents(pods, other))).toEqual([]);
    const elsewhere = other.replace('namespace: shop', 'namespace: blog');
    expect(found('[{ port: 443, targetPort: 8443 }]', documents(pods, elsewhere))).toHaveLength(1);
  });
});

test('the pod of a Helm test often has the labels of the program that it tests', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: test, namespace: shop, labels: { app: web }, annotations: { helm.sh/hook: test } }\nspec: { containers: [{ name: wget, ports: [{ containerPort: 1 }] }] }';
  expect(found('[{ port: 80, targetPort: http }]', documents(WEB, pod))).toEqual([]);
  expect(found('[{ port: 80, targetPort: http }]', documents(WEB, pod.replace('helm.sh', 'example.com')))).toHaveLength(
    1,
  );
});

test('variants in several folders are not checked together', () => {
  const other = WEB.replace('name: http', 'name: web').replaceAll('80', '70');
  const files = (...folders: [folder: string, yaml: string][]) =>
    check(folders.flatMap(([folder, yaml]) => readManifests(yaml, `${folder}/shop.yaml`).manifests)).filter(
      (problem) => problem.code === code,
    );
  const a = documents(WEB, serviceWith('[{ port: 80, targetPort: http }]'));
  const b = documents(other, serviceWith('[{ port: 80, targetPort: web }]'));
  expect(files(['a', a], ['b', b])).toEqual([]);
  expect(files(['a', a.replace('targetPort: http', 'targetPort: web')])).toHaveLength(1);
});
