import { deployment, documents, problemsIn, service } from '../problems-in';

const code = 'host-port-missing';
const call = (value: string, name = 'A') =>
  documents(service('comments'), deployment(`env: [{ name: ${name}, value: ${JSON.stringify(value)} }]`));

test('reports a missing port and the ports of the Service', () => {
  expect(problemsIn(code, call('http://comments:8080/x'))).toMatchObject([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].env[0].value',
      message: 'The Service comments has no port 8080.',
      expected: 'one of 80',
      got: '8080',
      fix: 'Use port 80, or add port 8080 to the Service.',
    },
  ]);
});

test.each([
  'https://comments',
  'http://comments:81',
  'http://comments.shop.svc:443',
  'comments:8080',
  'redis://comments',
  'postgres://a:b@comments/app',
  'mongodb://comments:80,comments:81',
])('%s uses a missing port', (value) => {
  expect(problemsIn(code, call(value))).toHaveLength(1);
});

test.each([
  'http://comments',
  'http://comments:80',
  'tcp://comments',
  'http://comments:$(PORT)',
  'http://comments:${PORT}',
  'comments:80',
  'http://example.com:8080',
  'http://gone:81',
  'mongodb+srv://comments',
])('accepts %s', (value) => {
  expect(problemsIn(code, call(value))).toEqual([]);
});

test('a host and a port in two variables are one call', () => {
  const yaml = (port: string) =>
    documents(
      service('comments'),
      deployment(`env: [{ name: BUS_HOST, value: comments }, { name: BUS_PORT, value: "${port}" }]`),
    );
  expect(problemsIn(code, yaml('8080'))).toMatchObject([
    { field: 'spec.template.spec.containers[0].env[0].value', got: '8080' },
  ]);
  expect(problemsIn(code, yaml('80'))).toEqual([]);
  expect(problemsIn(code, yaml('http'))).toEqual([]);
});

test('the ports of a Service of type ExternalName are unknown', () => {
  expect(
    problemsIn(
      code,
      documents(
        service('comments', { more: 'type: ExternalName\nexternalName: example.com' }),
        deployment('env: [{ name: A, value: http://comments:8080 }]'),
      ),
    ),
  ).toEqual([]);
});

test('a headless Service has the ports of its pods', () => {
  const yaml = (port: number, ports = '[{ containerPort: 8080 }]') =>
    documents(
      service('comments', { more: 'clusterIP: None' }),
      deployment(`ports: ${ports}`, { name: 'comments' }),
      deployment(`env: [{ name: A, value: http://comments:${port} }]`),
    );
  expect(problemsIn(code, yaml(9090))).toMatchObject([{ expected: 'one of 80, 8080' }]);
  for (const port of [80, 8080]) expect(problemsIn(code, yaml(port))).toEqual([]);
  expect(problemsIn(code, yaml(9090, '[]'))).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(
        service('comments', { more: 'clusterIP: None' }),
        deployment('env: [{ name: A, value: http://comments:9090 }]'),
      ),
    ),
  ).toEqual([]);
});

test('a host and a port in two keys of a ConfigMap, or in a ConfigMap and a variable, are one call', () => {
  const map = (data: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: ${data}`;
  const yaml = (data: string, container: string) => documents(service('comments'), map(data), deployment(container));
  const all = 'envFrom: [{ configMapRef: { name: a } }]';
  const key =
    'env: [{ name: DB_HOST, valueFrom: { configMapKeyRef: { name: a, key: db } } }, { name: DB_PORT, value: "81" }]';
  const missing = [{ object: 'ConfigMap shop/a', got: '81' }];
  expect(problemsIn(code, yaml('{ DB_HOST: comments, DB_PORT: "81" }', ''))).toMatchObject(missing);
  expect(problemsIn(code, yaml('{ DB_HOST: comments, DB_PORT: "81" }', all))).toMatchObject(missing);
  expect(problemsIn(code, yaml('{ DB_HOST: comments, DB_PORT: "80" }', all))).toEqual([]);
  expect(problemsIn(code, yaml('{ db: comments }', key))).toMatchObject(missing);
  expect(problemsIn(code, yaml('{ db: comments }', key.replace('81', '80')))).toEqual([]);
  expect(problemsIn(code, yaml('{ db: comments }', key.replace('name: a,', 'name: other,')))).toEqual([]);
});

test('a later variable hides one of a ConfigMap', () => {
  const yaml = documents(
    service('comments'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { PORT: "81" }',
    deployment(
      'envFrom: [{ configMapRef: { name: a } }]\nenv: [{ name: PORT, value: "80" }]\ncommand: [sh, -c, "nc -z comments $PORT"]',
    ),
  );
  expect(problemsIn(code, yaml)).toEqual([]);
  expect(problemsIn(code, yaml.replace('name: PORT, value', 'name: OTHER, value'))).toMatchObject([{ got: '81' }]);
});

test('checks the ports of Istio', () => {
  const virtual = (port: number) =>
    `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v, namespace: shop }\nspec: { http: [{ route: [{ destination: { host: comments, port: { number: ${port} } } }] }] }`;
  expect(problemsIn(code, documents(service('comments'), virtual(80)))).toEqual([]);
  expect(problemsIn(code, documents(service('comments'), virtual(8080)))).toMatchObject([{ expected: 'one of 80' }]);
});

describe('a URL without a port is fine', () => {
  const minio = (command: string) =>
    documents(
      service('minio').replace('port: 80,', 'port: 9000,'),
      deployment(`${command}\nenv: [{ name: URL, value: http://minio }]`),
    );

  test('for a program with its own default port', () => {
    expect(problemsIn(code, minio('args: [server, "http://minio.shop.svc/data"]'))).toHaveLength(2);
    expect(problemsIn(code, minio('command: [minio, server, "http://minio.shop.svc/data"]'))).toEqual([]);
    expect(problemsIn(code, minio('command: [minio, server, "http://minio:9001/data"]'))).toHaveLength(1);
  });

  test('if a variable gets its port later', () => {
    const settings = (text: string) =>
      problemsIn(
        code,
        documents(
          service('loki').replace('port: 80,', 'port: 3100,'),
          deployment(''),
          `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: nginx, namespace: shop }\ndata:\n  nginx.conf: |\n${text.replace(/^/gm, '    ')}`,
        ),
      );
    expect(settings('set $loki http://loki;\nproxy_pass $loki:3100;')).toEqual([]);
    expect(settings('LOKI=http://loki\ncurl ${LOKI}:3100/ready')).toEqual([]);
    expect(settings('set $loki http://loki;\nproxy_pass $loki;')).toHaveLength(1);
    expect(settings('set $loki http://loki:3101;\nproxy_pass $loki:3100;')).toHaveLength(1);
    const env = (argument: string) =>
      problemsIn(
        code,
        documents(
          service('loki').replace('port: 80,', 'port: 3100,'),
          deployment(`env: [{ name: LOKI, value: http://loki }]\nargs: ["${argument}"]`),
        ),
      );
    expect(env('--url=$(LOKI):3100')).toEqual([]);
    expect(env('--url=$(LOKI)/api')).toHaveLength(1);
  });
});
