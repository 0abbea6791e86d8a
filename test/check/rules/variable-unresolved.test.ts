import { Database, EventLog, Image, Microservice } from '../../../src/index';
import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import type { KubeObject } from '../../../src/k8s/objects';
import { chart } from '../../constructs/render';
import { synthesize } from '../../../src/synth/synthesize';
import { deployment, documents, FILE, lineOf, problemsIn, service } from '../problems-in';

const code = 'variable-unresolved';
const found = (container: string, ...others: string[]) =>
  problemsIn(code, documents(deployment(container), service('comments'), ...others));
const messages = (container: string, ...others: string[]) => found(container, ...others).map(({ message }) => message);

test('reports a reference to a variable that does not exist, and suggests a name', () => {
  const yaml = documents(
    deployment(
      'env:\n  - { name: ORDERS_URL, value: "http://orders.example" }\n  - { name: API, value: "$(ORDER_URL)/api" }',
    ),
  );
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Deployment shop/web',
      field: 'spec.template.spec.containers[0].env[1].value',
      file: FILE,
      line: lineOf(yaml, 'ORDER_URL)'),
      message: 'The variable API refers to ORDER_URL, but Deployment shop/web has no variable of that name.',
      expected: 'one of ORDERS_URL',
      got: '$(ORDER_URL)',
      fix: 'Did you mean ORDERS_URL? Otherwise, add the variable.',
    },
  ]);
});

test('reports a reference to a later variable, and which one must move', () => {
  expect(
    found('env: [{ name: REDIS_URL, value: "redis://:$(PASSWORD)@redis" }, { name: PASSWORD, value: a }]'),
  ).toMatchObject([
    {
      message: 'The variable REDIS_URL refers to PASSWORD, which is defined after it.',
      expected: 'PASSWORD in front of REDIS_URL',
      got: '$(PASSWORD)',
      fix: 'Move PASSWORD up, in front of REDIS_URL.',
    },
  ]);
});

test('reports variables that refer to each other, and a variable that refers to itself', () => {
  expect(messages('env: [{ name: A, value: $(B) }, { name: B, value: $(C) }, { name: C, value: $(A) }]')).toEqual([
    'The variable A refers to B, which refers back to A.',
    'The variable B refers to C, which refers back to B.',
  ]);
  expect(messages('env: [{ name: PATH, value: "$(PATH):/app" }]')).toEqual(['The variable PATH refers to itself.']);
});

test.each([
  ['args: ["--url=$(ORDERS_URL)"]', 'args[0]'],
  ['command: [web, "$(ORDERS_URL)"]', 'command[1]'],
  ['volumeMounts: [{ name: logs, mountPath: /logs, subPathExpr: $(POD_NAME) }]', 'The subPathExpr'],
  ['env: [{ name: A, value: "$$$(B)" }]', 'The variable A'],
  ['env: [{ name: A, value: "$(B" }, { name: C, value: "a)$(D)" }]', 'The variable C'],
])('reports %s', (container, start) => {
  const [message, ...more] = messages(container);
  expect([message?.startsWith(`${start} refers to `), more]).toEqual([true, []]);
});

test.each([
  ['an earlier variable', 'env: [{ name: A, value: b }, { name: B, value: $(A) }]'],
  [
    'an earlier variable from a Secret',
    'env: [{ name: A, valueFrom: { fieldRef: { fieldPath: metadata.name } } }, { name: B, value: $(A) }]',
  ],
  ['commands can refer to all variables', 'args: [$(A)]\nenv: [{ name: A, value: b }]'],
  ['an escaped reference', 'env: [{ name: A, value: "$$(B)" }]'],
  ['no reference', 'env: [{ name: A, value: "$B ${C} $ $(" }]'],
  [
    'a variable of a Service',
    'env: [{ name: A, value: "$(COMMENTS_SERVICE_HOST):$(COMMENTS_SERVICE_PORT_HTTP)" }, { name: B, value: $(COMMENTS_PORT_80_TCP_ADDR) }]',
  ],
  ['a variable of a Service outside the manifests', 'env: [{ name: A, value: $(POSTS_SERVICE_HOST) }]'],
  ['the API server', 'env: [{ name: A, value: $(KUBERNETES_SERVICE_HOST) }]'],
  [
    'keys that are not known',
    'envFrom: [{ secretRef: { name: other } }]\nenv: [{ name: A, value: $(B) }, { name: B, value: c }]',
  ],
  ['a placeholder that is not a variable', 'env: [{ name: FORMAT, value: "$(remote_addr) $(time)" }]'],
  ['a command in a shell', 'command: [sh, -c, "echo $(date) $(hostname -f) $(cat /a/b) $(WHOAMI)"]'],
  ['an escape in a shell', `command: [sh, -c, "sed 's/$(NAMES)/a/' b"]\nenv: [{ name: NAME, value: a }]`],
  ['a script in a variable', 'env: [{ name: A, value: "echo $(DATE)\\nls" }]'],
  ['a variable of a cloud', 'args: ["--region=$(AWS_REGION)"]'],
])('accepts %s', (_, container) => {
  expect(found(container)).toEqual([]);
});

test('in a shell, reports only a name that resembles a variable', () => {
  expect(messages('command: [sh, -c, "web --url=$(ORDER_URL)"]\nenv: [{ name: ORDERS_URL, value: a }]')).toHaveLength(
    1,
  );
});

test('the keys of envFrom come before env', () => {
  const settings = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\ndata: { HOST: a }';
  const from = (prefix: string) => `envFrom: [{ prefix: "${prefix}", configMapRef: { name: settings } }]`;
  const env = 'env: [{ name: A, value: $(X_HOST) }]';
  expect(found(`${from('X_')}\n${env}`, settings)).toEqual([]);
  expect(messages(`${from('')}\n${env}`, settings)).toHaveLength(1);
});

test('reports a reference in a ConfigMap, because Kubernetes takes its values as they are', () => {
  const settings = `apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { DB_URL: "postgres://shop:$(PASSWORD)@db", OTHER: "$(UNKNOWN) $$(PASSWORD)", SCRIPT: "a\\n$(PASSWORD)" }
`;
  const password = '{ name: PASSWORD, valueFrom: { secretKeyRef: { name: a, key: b } } }';
  const ref = 'valueFrom: { configMapKeyRef: { name: settings, key: DB_URL } }';
  const problem = (variable: string) => ({
    object: 'ConfigMap shop/settings',
    field: 'data.DB_URL',
    message: `The variable ${variable} of Deployment shop/web gets the text $(PASSWORD), because Kubernetes replaces references only in env.`,
    expected: `${variable} in env`,
    got: '$(PASSWORD)',
    fix: `Define ${variable} in env of Deployment shop/web, after PASSWORD, and remove it from the ConfigMap.`,
  });
  const from = 'envFrom: [{ prefix: S_, configMapRef: { name: settings } }]';
  expect(found(`${from}\nenv: [${password}]`, settings)).toMatchObject([problem('S_DB_URL')]);
  expect(found(`env: [${password}, { name: URL, ${ref} }]`, settings)).toMatchObject([problem('URL')]);
  expect(found(from, settings)).toEqual([]);
});

test('without enableServiceLinks, Services set no variables', () => {
  const yaml = documents(
    service('comments'),
    deployment('env: [{ name: A, value: $(COMMENTS_SERVICE_HOST) }]', { pod: 'enableServiceLinks: false' }),
  );
  expect(problemsIn(code, yaml)).toMatchObject([
    { expected: 'the host comments', fix: expect.stringContaining('Write the name of the Service, comments.') },
  ]);
});

test('does not suggest the variable itself, and accepts a patch', () => {
  const yaml = deployment('env: [{ name: PREFIX, value: $(APP_PREFIX) }]');
  expect(problemsIn(code, yaml)).toMatchObject([{ fix: 'Add the variable.' }]);
  expect(problemsIn(code, yaml.replace('image: shop/web:1', ''))).toEqual([]);
  expect(problemsIn(code, yaml.replace(/ +selector:.*/, ''))).toEqual([]);
});

test('accepts a template, and variables that an annotation asks for', () => {
  const env = 'env: [{ name: A, value: $(B) }]';
  // A construct can have such an image too, and the check of files reports it by itself.
  const { manifests } = readManifests(deployment(env), FILE);
  const template = JSON.parse(
    JSON.stringify(manifests[0]!.object).replace('shop/web:1', 'shop/web:$(TAG)'),
  ) as KubeObject;
  const codes = (object: KubeObject) => check([{ object, place: () => undefined }]).map((problem) => problem.code);
  expect(codes(manifests[0]!.object)).toContain(code);
  expect(codes(template)).not.toContain(code);
  const injected = deployment(env).replace(
    'labels: { app: web } }\n    spec',
    'labels: { app: web }, annotations: { dapr.io/enabled: "true" } }\n    spec',
  );
  expect(injected).toContain('dapr');
  expect(problemsIn(code, injected)).toEqual([]);
});

describe('in a chart', () => {
  const image = Image.of('shop/any:1');
  const inChart = (env: Record<string, string>, args?: string[]) =>
    check(
      synthesize(
        chart((shop) => {
          new Microservice(shop, 'order-items', { image });
          new Microservice(shop, 'cache', { image, http: false, ports: { redis: 6379 } });
          new Microservice(shop, 'worker', { image, http: false });
          new Database(shop, 'stock');
          new EventLog(shop, 'events');
          new Microservice(shop, 'web', { image, env, args });
        }),
      ).flatMap(({ manifests }) => manifests),
    )
      .filter((problem) => problem.code === code)
      .map(({ message, expected, fix }) => ({ message, expected, fix }));

  test('the fix is the missing line', () => {
    expect(inChart({ ITEMS: '$(ORDER_ITEMS_URL)/items' })).toEqual([
      {
        message: 'The option env.ITEMS refers to ORDER_ITEMS_URL, but web has no variable of that name.',
        expected: 'web.calls(orderItems)',
        fix: 'Declare the call in the chart: web.calls(orderItems).',
      },
    ]);
    expect(inChart({}, ['--items=$(ORDER_ITEMS_URL)'])[0]).toMatchObject({
      message: expect.stringContaining('The option args[0] '),
      fix: 'Declare the call in the chart: web.calls(orderItems).',
    });
  });

  test.each([
    ['$(ORDER_ITEM_URL)', 'Declare the call in the chart: web.calls(orderItems). It sets ORDER_ITEMS_URL.'],
    ['$(CACHE_URL)', 'Declare the call in the chart: web.calls(cache). It sets CACHE_HOST, CACHE_PORT.'],
    ['$(STOCK_PASSWORD)', 'Declare the call in the chart: web.calls(stock).'],
    ['$(DATABASE_HOST)', 'Set an option of web in the chart: database: stock.'],
    ['$(EVENTS_SERVERS)', 'Declare the call in the chart: web.calls(events).'],
    ['$(EVENT_LOG_SERVERS)', 'Declare the event log in the chart: web.keepsLogIn(events).'],
    ['$(WORKER_URL)', 'Add the variable.'],
  ])('%s: %s', (value, fix) => {
    expect(inChart({ A: value })).toMatchObject([{ fix }]);
  });

  test('a variable follows those that it refers to, and the others keep their order', () => {
    expect(inChart({ URL: 'redis://:$(KEY)@$(HOST)', MODE: 'a', HOST: 'cache', KEY: '$(MODE)b' })).toEqual([]);
  });
});
