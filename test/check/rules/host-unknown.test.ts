import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'host-unknown';
/** The existing Services: comments and comments-db in the same namespace, mail in another one, and the headless kafka. */
const SERVICES = documents(
  service('comments'),
  service('comments-db'),
  service('mail', { namespace: 'office' }),
  service('kafka', { more: 'clusterIP: None' }),
);
const withValue = (value: string, name = 'SOMETHING') =>
  documents(SERVICES, deployment(`env: [{ name: ${name}, value: ${JSON.stringify(value)} }]`));

test('reports an unknown host with its position, and suggests a name', () => {
  const yaml = documents(
    SERVICES,
    deployment('env:\n  - { name: A, value: b }\n  - name: COMMENTS_URL\n    value: http://coments'),
  );
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].env[1].value',
      file: FILE,
      line: lineOf(yaml, 'http://coments'),
      message: 'There is no Service "coments" in the namespace shop.',
      expected: 'one of comments, comments-db, kafka',
      got: 'coments',
      fix: 'Did you mean comments? Otherwise, add the Service. A host outside the cluster has a dot in its name.',
    },
  ]);
});

test.each([
  'http://coments',
  'https://coments/',
  'http://coments:8080/path?x=y#z',
  'HTTP://Coments',
  'ws://coments',
  'grpc://coments:50051',
  'nats://coments:4222',
  'http://user:secret@coments/x',
  'postgres://app:p%40ss@coments:5432/app?sslmode=disable',
  'jdbc:postgresql://coments/app',
  'redis://:secret@coments:6379/0',
  'mongodb+srv://coments',
  'http://coments.shop',
  'http://coments.shop.svc',
  'http://coments.shop.svc.cluster.local',
  'http://coments.shop.svc.cluster.local.:80',
  'http://kafka-0.coments.shop:9092',
  'coments:9092',
  '--upstream=coments:80',
  '-Durl=http://coments',
  '{"url":"http://coments/api"}',
  'curl -fsS http://coments/healthz || exit 1',
  'http://comments,http://coments',
  'http://coments, http://comments',
  'mongodb://comments:27017,coments:27017/app',
  'http://coments:$(PORT)',
  'http://coments:${PORT}/x',
  'http://coments:$PORT/x',
])('%s names a missing Service', (value) => {
  expect(problemsIn(code, withValue(value))).toMatchObject([
    { got: expect.stringContaining('coments'), message: expect.stringMatching(/"coments" in the namespace shop/) },
  ]);
});

test.each([
  // Existing Services, by all names that resolve.
  'http://comments',
  'http://comments:8080/path',
  'comments:80',
  'http://user:secret@comments/x',
  'http://Comments/',
  'http://comments.shop',
  'http://comments.shop.svc',
  'http://comments.shop.svc.cluster.local:80/x',
  'http://mail.office',
  'http://mail.office.svc.cluster.local',
  'http://comments,http://comments-db',
  'mongodb://comments:27017,comments-db:27017',
  'kafka-0.kafka:9092',
  'kafka-0.kafka.shop.svc.cluster.local:9092',
  'kafka-0.kafka.shop:9092',
  'https://kubernetes.default.svc',
  'https://kubernetes.default.svc.cluster.local:443',
  // Outside the cluster.
  'https://example.com',
  'https://api.example.com:8443/x',
  'smtp.example.com:587',
  'http://api.example.shop',
  'https://user:pass@db.example.com/x',
  'http://10.0.0.1:80',
  '0.0.0.0:8080',
  'http://[::1]:8080',
  ':8080',
  // Unknown namespaces.
  'http://api.payments',
  'http://api.payments.svc.cluster.local',
  'http://kube-dns.kube-system.svc:53',
  // The pod itself.
  'http://localhost:3000',
  'localhost:5432',
  'http://shop.localhost',
  'http://127.0.0.1:80',
  // Placeholders.
  'http://$(COMMENTS_HOST):80',
  'http://$(HOST)/',
  '${HOST}:80',
  'http://${HOST:-coments}/',
  'http://$HOST',
  '$(HOST):80',
  // No hosts at all.
  'coments',
  'a: b',
  '12:30',
  'file:///coments',
  'unix:///var/run/coments.sock',
  'urn:coments:1',
  'git+ssh://git@coments/x',
  'mailto:me@coments',
  'coments/',
  'not://coments',
  '--level=3',
])('accepts %s', (value) => {
  expect(problemsIn(code, withValue(value))).toEqual([]);
});

test.each(['DATABASE_HOST', 'PGHOST', 'REDIS_ADDR', 'BUS_ADDRESS'])(
  'the value of the variable %s is a host',
  (name) => {
    expect(problemsIn(code, withValue('coments', name))).toMatchObject([{ got: 'coments' }]);
    expect(problemsIn(code, withValue('comments', name))).toEqual([]);
    expect(problemsIn(code, withValue('db.example.com', name))).toEqual([]);
    expect(problemsIn(code, withValue('0.0.0.0', name))).toEqual([]);
    expect(problemsIn(code, withValue('localhost', name))).toEqual([]);
  },
);

test('reads arguments and commands, including those of init containers', () => {
  const yaml = documents(
    SERVICES,
    deployment('command: [wait-for, coments-1:80]\nargs:\n  - --url\n  - http://coments-2', {
      pod: 'initContainers:\n  - name: migrate\n    image: shop/migrate:1\n    env:\n      - name: DB_HOST\n        value: coments-3',
    }),
  );
  expect(problemsIn(code, yaml).map(({ field, got, line }) => [field, got, line])).toEqual([
    ['spec.template.spec.initContainers[0].env[0].value', 'coments-3', lineOf(yaml, 'coments-3')],
    ['spec.template.spec.containers[0].command[1]', 'coments-1', lineOf(yaml, 'coments-1')],
    ['spec.template.spec.containers[0].args[1]', 'coments-2', lineOf(yaml, 'coments-2')],
  ]);
});

test('two unknown hosts in one string are two problems, and a repeated host is one problem', () => {
  expect(problemsIn(code, withValue('http://coments http://psts http://coments')).map(({ got }) => got)).toEqual([
    'coments',
    'psts',
  ]);
});

test('a name is resolved in the namespace of the caller', () => {
  expect(problemsIn(code, withValue('http://mail'))).toMatchObject([
    { message: 'There is no Service "mail" in the namespace shop.' },
  ]);
  expect(problemsIn(code, withValue('http://malis.office'))).toMatchObject([
    { message: 'There is no Service "malis" in the namespace office.', expected: 'one of mail' },
  ]);
  expect(problemsIn(code, withValue('https://kubernetes'))).toHaveLength(1);
});

test('a namespace is known if it is declared or has pods, but not if it only has settings or belongs to the system', () => {
  const calls = (kind: string, metadata: string) =>
    documents(
      deployment('env: [{ name: A, value: http://api.other }]'),
      `apiVersion: v1\nkind: ${kind}\nmetadata: ${metadata}`,
    );
  expect(problemsIn(code, calls('Namespace', '{ name: other }'))).toHaveLength(1);
  expect(problemsIn(code, calls('ConfigMap', '{ name: a, namespace: other }'))).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(
        calls('Namespace', '{ name: kube-system }').replace('api.other', 'kube-dns.kube-system'),
        service('metrics', { namespace: 'kube-system' }),
      ),
    ),
  ).toEqual([]);
  expect(
    problemsIn(
      code,
      documents(
        deployment('env: [{ name: A, value: http://api.default }]'),
        'apiVersion: v1\nkind: ClusterRole\nmetadata: { name: a }',
      ),
    ),
  ).toEqual([]);
});

test('the Service of the API server exists in the namespace default', () => {
  const web = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }';
  expect(problemsIn(code, documents(withValue('https://kubernetes.default.svc'), web))).toEqual([]);
  expect(problemsIn(code, documents(withValue('https://kubernets.default.svc'), web))).toHaveLength(1);
});

test('a pod of a StatefulSet resolves through its headless Service, even if the namespace has the name of the Service', () => {
  const yaml = (host: string) =>
    documents(
      service('kafka', { namespace: 'kafka', more: 'clusterIP: None' }),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: kafka }\nspec: { containers: [{ name: a, args: ["${host}"] }] }`,
    );
  expect(problemsIn(code, yaml('kafka-0.kafka:9092'))).toEqual([]);
  expect(problemsIn(code, yaml('kafka.kafka:9092'))).toEqual([]);
  expect(problemsIn(code, yaml('kafka0.kafka:9092'))).toHaveLength(1);
});

test.each(['app:1000', 'gone:1234', 'level:5', 'user:9', 'alpine:3'])(
  '%s is a host only if the name of its variable says so',
  (value) => {
    expect(problemsIn(code, withValue(value))).toEqual([]);
    for (const name of ['UPSTREAM', 'KAFKA_BROKERS', 'REDIS_ADDR', 'API_ENDPOINT', 'A_URL'])
      expect(problemsIn(code, withValue(value, name))).toHaveLength(1);
    expect(
      problemsIn(
        code,
        documents(SERVICES, deployment(`args: [--user=${value}, --backend=${value}, --target, "${value}"]`)),
      ),
    ).toHaveLength(2);
  },
);

test('reads the values of a ConfigMap, without comments and without names that it defines', () => {
  const map = (text: string, key = 'app.conf') =>
    documents(
      SERVICES,
      deployment(''),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { ${key}: ${JSON.stringify(text)} }`,
    );
  expect(problemsIn(code, map('url = http://coments/x\n'))).toMatchObject([
    { object: 'ConfigMap shop/a', field: "data['app.conf']", got: 'coments' },
  ]);
  expect(problemsIn(code, map('coments', 'DATABASE_HOST'))).toHaveLength(1);
  for (const text of [
    '# http://coments\n',
    '// http://coments\nx',
    'upstream coments { }\nproxy_pass http://coments;\n',
    'proxy_pass http://unix:/run/a;',
    'http://comments/',
    'see (http://comments)',
  ])
    expect(problemsIn(code, map(text))).toEqual([]);
});

test('an ExternalName in the cluster is a host', () => {
  const external = (name: string) =>
    documents(
      SERVICES,
      `apiVersion: v1\nkind: Service\nmetadata: { name: alias, namespace: shop }\nspec: { type: ExternalName, externalName: ${name} }`,
    );
  expect(problemsIn(code, external('coments.shop.svc.cluster.local'))).toMatchObject([
    { object: 'Service shop/alias', field: 'spec.externalName' },
  ]);
  expect(problemsIn(code, external('comments.shop.svc.cluster.local'))).toEqual([]);
  expect(problemsIn(code, external('gone.example.com'))).toEqual([]);
});

test('reads the commands of probes and hooks', () => {
  const yaml = documents(
    SERVICES,
    deployment(
      'readinessProbe: { exec: { command: [curl, "http://coments"] } }\nlifecycle: { preStop: { exec: { command: [sh, -c, "curl http://coments"] } } }',
    ),
  );
  expect(problemsIn(code, yaml).map(({ field }) => field)).toEqual([
    'spec.template.spec.containers[0].readinessProbe.exec.command[1]',
    'spec.template.spec.containers[0].lifecycle.preStop.exec.command[2]',
  ]);
});

test('a host of hostAliases exists', () => {
  const env = 'env: [{ name: A, value: http://legacy }]';
  expect(problemsIn(code, deployment(env))).toHaveLength(1);
  expect(problemsIn(code, deployment(env, { pod: 'hostAliases: [{ ip: 10.0.0.7, hostnames: [legacy] }]' }))).toEqual(
    [],
  );
});

test('a Service of type ExternalName exists', () => {
  const external =
    'apiVersion: v1\nkind: Service\nmetadata: { name: billing, namespace: shop }\nspec: { type: ExternalName, externalName: billing.example.com }';
  expect(problemsIn(code, documents(withValue('http://billing'), external))).toEqual([]);
});

test('reads CronJobs and single Pods, and objects without a namespace are in default', () => {
  const cron =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: tidy }\nspec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: a, image: "a:1", args: ["http://coments"] }] } } } } }';
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: once }\nspec: { containers: [{ name: a, image: "a:1", args: ["http://coments"] }] }';
  expect(problemsIn(code, documents(cron, pod))).toMatchObject([
    {
      object: 'CronJob tidy',
      field: 'spec.jobTemplate.spec.template.spec.containers[0].args[0]',
      message: 'There is no Service "coments" in the namespace default.',
    },
    { object: 'Pod once', field: 'spec.containers[0].args[0]' },
  ]);
  const comments = 'apiVersion: v1\nkind: Service\nmetadata: { name: coments }\nspec: { ports: [{ port: 80 }] }';
  expect(problemsIn(code, documents(cron, pod, comments))).toEqual([]);
});

test.each(['a', 'a+', 'a.', 'a,', 'a:', 'a@', 'http://a,', 'http://a@', 'http://'])(
  'a long string of %j is read in linear time',
  (part) => {
    for (const end of ['', '!', '/', ':80', '://'])
      expect(problemsIn(code, withValue(part.repeat(100_000 / part.length) + end, 'A_HOST')).length).toBeLessThan(2);
  },
);

test('ignores values that are not strings', () => {
  expect(
    problemsIn(
      code,
      deployment(
        'env:\n  - { name: A_HOST, value: 5 }\n  - { name: B_HOST, value: null }\n  - { name: C_HOST, valueFrom: { fieldRef: { fieldPath: status.podIP } } }\nargs: null\ncommand: null',
      ),
    ),
  ).toEqual([]);
  expect(problemsIn(code, deployment('env: null'))).toEqual([]);
});

describe('a pod of a StatefulSet', () => {
  const set = (name: string, more = '') =>
    deployment('', { name })
      .replace('kind: Deployment', 'kind: StatefulSet')
      .replace('spec:\n', `spec:\n  serviceName: kafka\n${more}`);
  const call = (host: string, ...objects: string[]) =>
    problemsIn(code, documents(withValue(`${host}:9092`, 'KAFKA_BROKERS'), ...objects));

  test('has an ordinal below the number of replicas', () => {
    expect(call('kafka-3.kafka', set('kafka', '  replicas: 3\n'))).toMatchObject([
      { message: 'The StatefulSet kafka has no pod 3.', expected: 'kafka-0 to kafka-2', got: 'kafka-3.kafka' },
    ]);
    for (const host of ['kafka-0.kafka', 'kafka-2.kafka.shop', 'kafka-2.kafka.shop.svc.cluster.local'])
      expect(call(host, set('kafka', '  replicas: 3\n'))).toEqual([]);
    expect(call('kafka-1.kafka', set('kafka'))).toHaveLength(1);
    expect(call('kafka-5.kafka', set('kafka', '  ordinals: { start: 5 }\n'))).toEqual([]);
  });

  test('has the name of its StatefulSet', () => {
    expect(call('kafak-0.kafka', set('kafka'))).toMatchObject([
      { message: 'The Service kafka has no StatefulSet kafak.', expected: 'one of kafka' },
    ]);
    expect(call('broker-0.kafka', set('kafka'), set('broker'))).toEqual([]);
  });

  test('may exist if an autoscaler sets the replicas, or if the StatefulSet is unknown', () => {
    const hpa =
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { scaleTargetRef: { kind: StatefulSet, name: kafka }, maxReplicas: 9 }';
    expect(call('kafka-5.kafka', set('kafka'), hpa)).toEqual([]);
    expect(call('kafka-5.kafka')).toEqual([]);
  });
});

test('reads the hosts in shell words, with the variables of the container', () => {
  const yaml = documents(
    SERVICES,
    deployment('command: [sh, -c, "curl -fs coments-1:80/x"]\nargs: []', {
      pod: [
        'initContainers:',
        '  - { name: a, image: "a:1", command: [sh, -c], args: ["until nc -z coments-2 80; do sleep 1; done"] }',
        '  - { name: b, image: "a:1", command: [pg_isready, -h, coments-3] }',
        '  - { name: c, image: "a:1", env: [{ name: DB, value: coments-4 }], command: [bash, -c, "ping -c 1 $DB"] }',
        '  - { name: d, image: "a:1", envFrom: [{ configMapRef: { name: a } }], command: [nslookup, $(MAIL)] }',
      ].join('\n'),
    }),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { MAIL: coments-5 }',
  );
  expect(problemsIn(code, yaml).map(({ field, got }) => [field, got])).toEqual([
    ['spec.template.spec.initContainers[0].args[0]', 'coments-2'],
    ['spec.template.spec.initContainers[1].command[2]', 'coments-3'],
    ['spec.template.spec.initContainers[2].command[2]', 'coments-4'],
    ['spec.template.spec.initContainers[3].command[1]', 'coments-5'],
    ['spec.template.spec.containers[0].command[2]', 'coments-1'],
  ]);
});

test('a host that one command looks up and calls is one problem', () => {
  const script = 'nslookup coments; nc -z coments 80; curl http://coments:80/x';
  expect(problemsIn(code, documents(SERVICES, deployment(`command: [sh, -c, "${script}"]`)))).toHaveLength(1);
});

test('a pod resolves its own hostname', () => {
  const probe = 'readinessProbe: { exec: { command: [curl, "me:80"] } }';
  expect(problemsIn(code, deployment(probe))).toHaveLength(1);
  expect(problemsIn(code, deployment(probe, { pod: 'hostname: me' }))).toEqual([]);
});

test('reads scripts and settings in ConfigMaps', () => {
  const map = (key: string, text: string) =>
    documents(
      SERVICES,
      deployment(''),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { ${key}: ${JSON.stringify(text)} }`,
    );
  for (const [key, text] of [
    ['wait.sh', 'until nc -z coments 80; do\n  sleep 1\ndone\n'],
    ['wait', '#!/bin/sh\nnc -z coments 80\n'],
    ['nginx.conf', 'upstream app {\n  server coments:80;\n}\n'],
    ['app.yaml', 'database:\n  host: coments\n  port: 80\n'],
    ['DSN', 'host=coments dbname=app'],
  ] as const)
    expect(problemsIn(code, map(key, text))).toMatchObject([{ got: 'coments' }]);
  for (const [key, text] of [
    ['wait.sh', '# nc -z coments 80\necho nc -z coments 80\n'],
    ['wait.txt', 'until nc -z coments 80\n'],
    ['app.js', 'const app = {\n  host: "coments",\n  port: 80 }\n'],
  ] as const)
    expect(problemsIn(code, map(key, text))).toEqual([]);
});

test('another file of the ConfigMap may define the name', () => {
  const yaml = documents(
    SERVICES,
    deployment(''),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\ndata: { a.conf: "upstream coments { }", b.conf: "proxy_pass http://coments;" }',
  );
  expect(problemsIn(code, yaml)).toEqual([]);
});

describe('a host of Istio', () => {
  const virtual = (host: string, namespace = ', namespace: shop') =>
    `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v${namespace} }\nspec:\n  http:\n    - route:\n        - destination: { host: ${host} }`;
  const entry =
    'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: e, namespace: shop }\nspec: { hosts: [billing] }';

  test('is a Service', () => {
    const yaml = documents(SERVICES, virtual('coments'));
    expect(problemsIn(code, yaml)).toMatchObject([
      {
        object: 'VirtualService shop/v',
        field: 'spec.http[0].route[0].destination.host',
        line: lineOf(yaml, 'coments'),
        fix: expect.stringMatching(/^Did you mean comments\?/),
      },
    ]);
    const rule =
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: d, namespace: shop }\nspec: { host: coments.shop.svc.cluster.local }';
    expect(problemsIn(code, documents(SERVICES, rule))).toMatchObject([{ field: 'spec.host' }]);
  });

  test.each([
    'comments',
    'comments.shop.svc.cluster.local',
    'mail.office',
    '"*.shop"',
    'example.com',
    'ledger.elsewhere',
  ])('%s is accepted', (host) => {
    expect(problemsIn(code, documents(SERVICES, virtual(host)))).toEqual([]);
  });

  test('may be elsewhere', () => {
    expect(problemsIn(code, documents(SERVICES, virtual('billing')))).toHaveLength(1);
    expect(problemsIn(code, documents(SERVICES, entry, virtual('billing')))).toEqual([]);
    expect(problemsIn(code, documents(SERVICES, virtual('billing.office')))).toEqual([]);
    expect(problemsIn(code, virtual('billing'))).toEqual([]);
    const open = service('billing').replace(', namespace: shop', '');
    expect(problemsIn(code, documents(SERVICES, open, virtual('billing')))).toEqual([]);
    expect(problemsIn(code, documents(open, virtual('payments', '')))).toEqual([]);
  });
});

test('the key _example of a ConfigMap documents settings that nothing reads', () => {
  const settings = (key: string) =>
    documents(
      deployment(''),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config, namespace: shop }\ndata: { ${key}: "url: http://gone/" }`,
    );
  expect(problemsIn(code, settings('_example'))).toEqual([]);
  expect(problemsIn(code, settings('settings'))).toHaveLength(1);
});
