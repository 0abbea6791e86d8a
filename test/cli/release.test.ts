import { readFileSync, writeFileSync } from 'node:fs';
import { idOf } from '../../src/cluster/release/apply-set';
import { stubCluster, type Answer } from '../cluster/stub/stub-cluster';
import type { Io } from '../../src/cli/command';
import { app as appPath, callsign as run, temporaryFolder } from './run';

const cluster = stubCluster();
const folder = temporaryFolder();
const APP = ['--app', appPath('release.js')];
const callsign = (argv: readonly string[], io: Partial<Io> = {}) =>
  run(argv, { environment: cluster.environment, ...io });
const WEB = '/apis/apps/v1/namespaces/shop/deployments/web';
const KEY = '/api/v1/namespaces/shop/secrets/key';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const managed = (manager: string, operation: string, fieldsV1: object, subresource?: string) => ({
  manager,
  operation,
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource !== undefined && { subresource }),
});
/** The label of the release: the chart is called shop. */
const RELEASE = idOf({ name: 'shop', namespace: 'default' });
const labels = { 'applyset.kubernetes.io/part-of': RELEASE };
const OURS = managed('callsign', 'Apply', { 'f:spec': { 'f:replicas': {} } });

function deployment(replicas: number, managedFields: object[] = [OURS], image = 'web:1') {
  const app = { app: 'web' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'uid-web',
      resourceVersion: '10',
      generation: 3,
      labels,
      managedFields,
    },
    spec: {
      replicas,
      selector: { matchLabels: app },
      template: { metadata: { labels: app }, spec: { containers: [{ name: 'web', image }] } },
    },
    status: { observedGeneration: 3, replicas, updatedReplicas: replicas, availableReplicas: replicas },
  };
}

function secret(token: string) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'key',
      namespace: 'shop',
      uid: 'uid-key',
      resourceVersion: '5',
      labels,
      managedFields: [managed('callsign', 'Apply', {})],
    },
    data: { token: base64(token) },
  };
}

/** Both objects as the charts have them. */
const SAME: Readonly<Record<string, Answer>> = {
  [`GET ${WEB}`]: [200, deployment(2)],
  [`DRY-RUN ${WEB}`]: [200, deployment(2)],
  [`GET ${KEY}`]: [200, secret('hidden-token')],
  [`DRY-RUN ${KEY}`]: [200, secret('hidden-token')],
  PATCH: [200, null],
  POST: [200, null],
  PUT: [200, null],
};
/** The record of the release, as apply writes it. */
const record = (kinds: string, namespaces = 'shop', tooling = 'callsign/v1'): Answer => [
  200,
  {
    metadata: {
      name: 'shop',
      namespace: 'default',
      uid: 'uid-record',
      resourceVersion: '1',
      labels: { 'applyset.kubernetes.io/id': RELEASE },
      annotations: {
        'applyset.kubernetes.io/tooling': tooling,
        'applyset.kubernetes.io/contains-group-kinds': kinds,
        'applyset.kubernetes.io/additional-namespaces': namespaces,
      },
    },
  },
];
const RECORD = '/api/v1/namespaces/default/configmaps/shop';
const RECORDED = { [`GET ${RECORD}`]: record('Deployment.apps,Secret') } as const;
const SCALED_TO_5 = { [`GET ${WEB}`]: [200, deployment(5)] } as const;
const status = (code: number, message: string, more: object = {}): Answer => [
  code,
  { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, message, ...more },
];
const CONFLICT = status(409, 'Apply failed with 1 conflict', {
  reason: 'Conflict',
  details: {
    causes: [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "kubectl" with subresource "scale" using apps/v1',
        field: '.spec.replicas',
      },
    ],
  },
});

const is = (answers: Readonly<Record<string, Answer>> = {}) =>
  cluster.is({ context: 'kind-dev', answers: { ...SAME, ...answers } });
/** The changes of objects, without the record and the lock of the release. */
const writes = () =>
  cluster.requests().filter((line) => /^(PATCH|PUT|POST|DELETE)/.test(line) && !/\/namespaces\/default\//.test(line));

describe('diff', () => {
  test('no difference: exit code 0, and the first line says where it looks', async () => {
    is();
    const { code, out } = await callsign(['diff', ...APP]);
    expect(out).toBe('context kind-dev, namespace shop, Kubernetes v1.36.3\nno differences in 2 objects\n');
    expect(code).toBe(0);
  });

  test('a difference: exit code 1, field by field, and nothing is written', async () => {
    is(SCALED_TO_5);
    const { code, out } = await callsign(['diff', ...APP]);
    expect(out).toContain('~ Deployment shop/web\n    spec.replicas: 5 → 2\n1 to change, 1 unchanged\n');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });

  test('colors only on a terminal', async () => {
    is(SCALED_TO_5);
    const colored = await callsign(['diff', ...APP], { terminal: true });
    const plain = await callsign(['diff', ...APP]);
    expect(colored.out).toContain('\u001B[32m2\u001B[39m');
    expect(plain.out).not.toContain('\u001B');
  });

  test('what the API server and controllers write is no difference', async () => {
    const live = deployment(2);
    is({
      [`GET ${WEB}`]: [
        200,
        { ...live, metadata: { ...live.metadata, resourceVersion: '9', generation: 2 }, status: {} },
      ],
    });
    expect((await callsign(['diff', ...APP])).code).toBe(0);
  });

  test('an object in a new namespace is created, and only checked offline', async () => {
    const missing = status(404, 'namespaces "shop" not found', { details: { name: 'shop', kind: 'namespaces' } });
    const none = status(404, 'not found');
    is({ [`GET ${WEB}`]: none, [`GET ${KEY}`]: none, [`DRY-RUN ${WEB}`]: missing, [`DRY-RUN ${KEY}`]: missing });
    const { out } = await callsign(['diff', ...APP]);
    expect(out).toContain('+ Deployment shop/web  (checked offline only)');
    expect(out).toContain('2 objects checked offline only: the namespace shop does not exist yet');
  });

  test('values of Secrets are masked, as text, as JSON and in a saved plan', async () => {
    const leaking = deployment(2, [OURS], 'web:hidden-token');
    is({ [`GET ${KEY}`]: [200, secret('former-token')], [`GET ${WEB}`]: [200, leaking] });
    const file = `${folder.path}/plan.json`;
    const text = await callsign(['diff', ...APP, '--save', file]);
    const json = await callsign(['diff', ...APP, '--json']);
    expect(text.out).toContain('data.token: "••••••" → "••••••"');
    expect(text.out).toContain('image: "web:••••••" → "web:1"');
    for (const output of [text.out, json.out, json.error, readFileSync(file, 'utf8')])
      for (const value of ['former-token', 'hidden-token', base64('former-token'), base64('hidden-token')])
        expect(output).not.toContain(value);
  });

  test('a webhook that does not support dry runs', async () => {
    is({ [`DRY-RUN ${WEB}`]: status(400, 'admission webhook "a.example.com" does not support dry run') });
    expect((await callsign(['diff', ...APP])).out).toContain('checked offline only: admission webhook');
  });
});

describe('apply', () => {
  test('nothing to do: nothing is written', async () => {
    is(RECORDED);
    const { code, out } = await callsign(['apply', ...APP]);
    expect(code).toBe(0);
    expect(out).toContain('no differences in 2 objects');
    expect(cluster.requests().filter((line) => !/^(GET|DRY-RUN)/.test(line))).toEqual([]);
  });

  test('only the object that differs is written', async () => {
    is(SCALED_TO_5);
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('changed Deployment shop/web\n1 done\n');
    expect(code).toBe(0);
    expect(writes()).toEqual([`PATCH ${WEB}`]);
  });

  test('--build needs a way to the nodes', async () => {
    cluster.is({ context: 'prod-eu', answers: SAME });
    const { code, error } = await callsign(['apply', ...APP, '--build']);
    expect(error).toContain('--build needs a way to the nodes of prod-eu.');
    expect(code).toBe(2);
  });

  test('as JSON', async () => {
    is(SCALED_TO_5);
    const { out } = await callsign(['apply', ...APP, '--json']);
    expect(JSON.parse(out)).toMatchObject({ objects: [{ object: 'Deployment shop/web' }], notDone: [], problems: [] });
  });

  test('an object that changes all the time is tried again, and then reported', async () => {
    is({ ...SCALED_TO_5, [`PATCH ${WEB}`]: status(409, 'the object has been modified') });
    const { code, out } = await callsign(['apply', ...APP]);
    expect(code).toBe(1);
    expect(out).toContain('1 not done: Deployment shop/web');
    expect(out).toContain('the object has been modified');
    expect(writes().length).toBeGreaterThan(1);
  });

  test('fields of kubectl apply are taken over before the write', async () => {
    const kubectl = managed('kubectl-client-side-apply', 'Update', { 'f:spec': { 'f:replicas': {} } });
    is({
      [`GET ${WEB}`]: [200, deployment(2, [kubectl])],
      [`DRY-RUN ${WEB}`]: [200, deployment(2, [OURS, kubectl])],
      [`PATCH ${WEB}`]: [200, deployment(2)],
    });
    const { out } = await callsign(['apply', ...APP]);
    expect(out).toContain('takes over 1 object from kubectl apply\n');
    expect(writes()).toEqual([`PATCH ${WEB}`, `PATCH ${WEB}`]);
  });
});

describe('objects that left the charts', () => {
  const LIST = '/apis/apps/v1/namespaces/shop/deployments';
  const OLD = `${LIST}/old`;
  const member = (more: object = {}, name = 'old', uid = `uid-${name}`) => ({
    metadata: { name, namespace: 'shop', uid, resourceVersion: '7', labels, managedFields: [OURS], ...more },
  });
  const members = (...items: object[]): Readonly<Record<string, Answer>> => ({
    ...RECORDED,
    [`GET ${LIST}`]: [200, { items: [member({}, 'web'), ...items] }],
    'GET /api/v1/namespaces/shop/secrets': [200, { items: null }],
    [`DELETE ${OLD}`]: [200, {}],
  });

  test('are deleted after everything was written', async () => {
    is({ ...members(member()), ...SCALED_TO_5 });
    const difference = await callsign(['diff', ...APP]);
    expect(difference.out).toContain('- Deployment shop/old\n1 to change, 1 to delete, 1 unchanged\n');
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('deleted Deployment shop/old\n2 done\n');
    expect(code).toBe(0);
    expect(writes()).toEqual([`PATCH ${WEB}`, `DELETE ${OLD}`]);
  });

  test('stay if something could not be written', async () => {
    is({ ...members(member()), ...SCALED_TO_5, [`PATCH ${WEB}`]: status(422, 'quota') });
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('0 done, 2 not done: Deployment shop/web, Deployment shop/old');
    expect(code).toBe(1);
    expect(writes()).toEqual([`PATCH ${WEB}`]);
  });

  test.each([
    ['nobody of us applied it', { managedFields: [managed('kubectl', 'Update', {})] }],
    ['a controller owns it', { ownerReferences: [{ controller: true }] }],
  ])('stay if only the label was copied: %s', async (_, more) => {
    is(members(member(more)));
    expect((await callsign(['diff', ...APP])).code).toBe(0);
    await callsign(['apply', ...APP]);
    expect(writes()).toEqual([]);
  });

  test('stay if another object of the same name replaced them', async () => {
    is({
      ...members(member()),
      [`DELETE ${OLD}`]: status(409, 'the UID in the precondition does not match'),
      [`GET ${OLD}`]: [200, member({}, 'old', 'uid-new')],
    });
    const { code } = await callsign(['apply', ...APP]);
    expect(code).toBe(0);
    expect(writes()).toEqual([`DELETE ${OLD}`]);
  });

  test('are deleted although a controller wrote to them in between', async () => {
    is({
      ...members(member()),
      [`DELETE ${OLD}`]: status(409, 'the object has been modified'),
      [`GET ${OLD}`]: [200, member()],
    });
    const { code, out } = await callsign(['apply', ...APP]);
    expect(writes().length).toBeGreaterThan(1);
    expect(out).toContain('The API server does not delete the object: the object has been modified');
    expect(code).toBe(1);
  });

  test('namespaces need an option', async () => {
    is({
      [`GET ${RECORD}`]: record('Deployment.apps,Namespace,Secret'),
      'GET /api/v1/namespaces': [
        200,
        { items: [{ metadata: { ...member({}, 'extra').metadata, namespace: undefined } }] },
      ],
      [`GET ${LIST}`]: [200, { items: [member({}, 'web')] }],
      'GET /api/v1/namespaces/shop/secrets': [200, { items: [] }],
      'DELETE /api/v1/namespaces/extra': [200, {}],
    });
    const kept = await callsign(['apply', ...APP]);
    expect(kept.out).toContain('Namespace extra left the charts and stays. To delete it: --delete-namespaces');
    expect(writes()).toEqual([]);
    const deleted = await callsign(['apply', ...APP, '--delete-namespaces']);
    expect(deleted.out).toContain('deleted Namespace extra');
  });

  test('are not deleted if the whole release seems to be another application', async () => {
    const answers = { ...members(member()), [`GET ${LIST}`]: [200, { items: [member()] }] as Answer };
    is(answers);
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('contains no object of these charts, but 1 other object.');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
    expect((await callsign(['apply', ...APP, '--same-application'])).out).toContain('deleted Deployment shop/old');
  });

  test('the record contains the kinds of the old and the new objects before the first write', async () => {
    is({ ...members(member()), [`GET ${RECORD}`]: record('ConfigMap,Deployment.apps', 'former,shop'), ...SCALED_TO_5 });
    await callsign(['apply', ...APP]);
    const order = cluster.requests().filter((line) => /^(PATCH|DELETE)/.test(line));
    expect(order).toEqual([`PATCH force ${RECORD}`, `PATCH ${WEB}`, `DELETE ${OLD}`, `PATCH force ${RECORD}`]);
  });
});

describe('the release', () => {
  test('a ConfigMap of somebody else is not overwritten', async () => {
    is({ [`GET ${RECORD}`]: record('', '', 'kubectl/v1.36') });
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('[release-taken]');
    expect(out).toContain('got: kubectl/v1.36');
    expect(code).toBe(1);
  });

  test('an object of another release is not taken', async () => {
    const live = deployment(2);
    const other = {
      ...live,
      metadata: { ...live.metadata, labels: { 'applyset.kubernetes.io/part-of': 'applyset-x-v1' } },
    };
    is({ [`GET ${WEB}`]: [200, other] });
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('Deployment shop/web  [release-taken]');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });

  test('has the name and the namespace of the environment', async () => {
    is();
    await callsign(['diff', ...APP], {
      environment: { ...cluster.environment, CALLSIGN_CLUSTER_RELEASE: 'other', CALLSIGN_CLUSTER_NAMESPACE: 'ops' },
    });
    expect(cluster.requests()).toContain('GET /api/v1/namespaces/ops/configmaps/other');
  });

  test('its id is the one that kubectl calculates', () => {
    // kubectl apply --applyset=configmap/shop -n default --prune wrote this label.
    expect(RELEASE).toBe('applyset-eJnHvE2GWb1x7cuOigFbmWy6kz3rLjS9N8VMrZGS2Os-v1');
  });
});

describe('a field that another manager owns', () => {
  const live = deployment(3, [managed('kubectl', 'Update', { 'f:spec': { 'f:replicas': {} } }, 'scale')]);
  const conflicted = {
    [`GET ${WEB}`]: [200, live],
    [`DRY-RUN ${WEB}`]: CONFLICT,
    [`DRY-RUN force ${WEB}`]: [200, deployment(2)],
  } as const;

  test('is a problem with the manager, both values and the ways out, before any write', async () => {
    is(conflicted);
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('Deployment shop/web · spec.replicas  [field-owned]');
    expect(out).toContain('Another manager owns this field: kubectl (by scale).');
    expect(out).toContain('expected: 2, as in the charts');
    expect(out).toContain('got: 3, set by kubectl');
    expect(out).toContain('--take deployment/web:spec.replicas');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });

  test('is set with --take', async () => {
    is(conflicted);
    const { code, out } = await callsign(['apply', ...APP, '--take', 'deployment/web:spec.replicas']);
    expect(out).toContain('spec.replicas: 3 → 2');
    expect(code).toBe(0);
    expect(writes()).toEqual([`PATCH force ${WEB}`]);
  });

  test.each(['deployment/web:spec.paused', 'deployment/webb:spec.replicas'])(
    'is not set with --take %s',
    async (take) => {
      is(conflicted);
      const { code, out } = await callsign(['apply', ...APP, '--take', take]);
      expect(out).toContain('[field-owned]');
      expect(code).toBe(1);
      expect(writes()).toEqual([]);
    },
  );
});

describe('an object that the API server refuses', () => {
  test.each([
    [
      'a field that cannot change',
      status(422, 'Deployment.apps "web" is invalid', {
        reason: 'Invalid',
        details: {
          causes: [
            {
              reason: 'FieldValueInvalid',
              message: 'Invalid value: {"matchLabels":{"app":"web"}}: field is immutable',
              field: 'spec.selector',
            },
          ],
        },
      }),
      [
        '[change-not-in-place]',
        'expected: no change: matchLabels.app: "old"',
        'got: matchLabels.app: "web"',
        'kubectl -n shop delete deployment web',
      ],
    ],
    [
      'an unknown field',
      status(
        500,
        'failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
      ),
      ['[object-refused]', 'Deployment shop/web · spec.replica', 'field not declared in schema'],
    ],
    [
      'a webhook',
      status(403, 'admission webhook "policy.example.com" denied the request: no hidden-token'),
      ['[object-refused]', 'denied the request: no ••••••'],
    ],
  ] as const)('%s', async (_, answer, texts) => {
    const live = deployment(2);
    const old = { ...live, spec: { ...live.spec, selector: { matchLabels: { app: 'old' } } } };
    is({ [`GET ${WEB}`]: [200, old], [`DRY-RUN ${WEB}`]: answer });
    const { code, out } = await callsign(['apply', ...APP]);
    for (const text of texts) expect(out).toContain(text);
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });

  test('a kind that the cluster does not serve', async () => {
    is({ 'GET /apis': [200, { items: [] }] });
    const difference = await callsign(['diff', ...APP]);
    expect(difference.out).toContain('checked offline only: the cluster does not serve Deployment of apps/v1');
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain('Deployment shop/web  [kind-not-served]');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
  });
});

describe('a saved plan', () => {
  const saved = async () => {
    is(SCALED_TO_5);
    const file = `${folder.path}/plan.json`;
    await callsign(['diff', ...APP, '--save', file]);
    return file;
  };
  /** The exit code, the number of writes and the output, as one text. */
  const refusal = async (file: string) => {
    const { code, out } = await callsign(['apply', ...APP, '--plan', file]);
    return `exit ${code}, ${writes().length} writes: ${out.slice(out.indexOf('['))}`;
  };
  const PREFIX = 'exit 1, 0 writes: [plan-outdated]\n  ';

  test('is applied if nothing changed, also after a controller wrote the status', async () => {
    const file = await saved();
    const live = deployment(5);
    is({ [`GET ${WEB}`]: [200, { ...live, metadata: { ...live.metadata, resourceVersion: '11' } }] });
    expect((await callsign(['apply', ...APP, '--plan', file])).code).toBe(0);
    expect(writes()).toEqual([`PATCH ${WEB}`]);
  });

  test('is refused if the cluster changed', async () => {
    const file = await saved();
    is({ [`GET ${WEB}`]: [200, deployment(4)] });
    const text = await refusal(file);
    expect(text).toContain(`${PREFIX}The cluster changed after the plan was saved.`);
    expect(text).toContain('expected: change, spec.replicas: 5 → 2\n  got: change, spec.replicas: 4 → 2');
  });

  test('is refused if an object was replaced by one of the same name', async () => {
    const file = await saved();
    const live = deployment(5);
    is({ [`GET ${WEB}`]: [200, { ...live, metadata: { ...live.metadata, uid: 'other' } }] });
    expect(await refusal(file)).toContain(`${PREFIX}The cluster changed`);
  });

  test('is refused if the cluster is another one', async () => {
    const file = await saved();
    is({ ...SCALED_TO_5, 'GET /api/v1/namespaces/kube-system': [200, { metadata: { uid: 'cluster-2' } }] });
    expect(await refusal(file)).toContain(`${PREFIX}The plan is for another cluster.`);
  });

  test.each([
    ['manifests', 'The charts changed'],
    ['secrets', 'The value of a Secret in the charts changed'],
    ['format', 'This is not a plan that this version'],
    ['environment', 'The plan is for another environment'],
  ])('is refused if it was made with other %s', async (field, message) => {
    const file = await saved();
    const plan = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...plan, [field]: field === 'secrets' ? `00:${'0'.repeat(64)}` : 'other' }));
    expect(await refusal(file)).toContain(`${PREFIX}${message}`);
  });

  test('is not JSON', async () => {
    is();
    const file = folder.put('plan.json', '{');
    const { code, error } = await callsign(['apply', ...APP, '--plan', file]);
    expect(error).toContain('plan.json is not JSON');
    expect(code).toBe(2);
  });

  test('does not exist', async () => {
    is();
    const { code, error } = await callsign(['apply', ...APP, '--plan', `${folder.path}/none.json`]);
    expect(error).toContain('no such file');
    expect(code).toBe(2);
  });
});

describe('the cluster', () => {
  const FORBIDDEN = status(
    403,
    'deployments.apps "web" is forbidden: User "jane" cannot patch resource "deployments" in API group "apps" in the namespace "shop"',
  );

  test.each([
    ['no kubeconfig', { answers: {} }, '[kubeconfig-missing]'],
    ['an unknown context', { context: 'a', proxyError: 'error: context "a" does not exist' }, '[context-unknown]'],
    [
      'an unreadable kubeconfig',
      { context: 'a', proxyError: 'error: error loading config file "x": yaml: line 1' },
      '[kubeconfig-missing]',
    ],
    [
      'an unreachable server',
      { context: 'a', answers: { 'GET /version': [500, 'dial tcp 127.0.0.1:1: connect: connection refused'] } },
      '[cluster-unreachable]',
    ],
    [
      'an unknown certificate',
      {
        context: 'a',
        answers: {
          'GET /version': [500, 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
        },
      },
      'certificate-authority-data',
    ],
    ['another error of the proxy', { context: 'a', answers: { 'GET /version': [500, 'strange'] } }, 'got: strange'],
    [
      'a login that fails',
      {
        context: 'a',
        answers: { 'GET /version': [500, 'getting credentials: exec: executable false failed with exit code 1'] },
      },
      '[credential-refused]',
    ],
    [
      'an expired credential',
      { context: 'a', answers: { 'GET /version': status(401, 'Unauthorized') } },
      '401 Unauthorized',
    ],
    [
      'a missing permission',
      { context: 'a', answers: { ...SAME, [`DRY-RUN ${WEB}`]: FORBIDDEN } },
      'jane may not: patch deployments.apps in shop.',
    ],
  ] as const)('%s: exit code 2, and nothing is written', async (_, given, message) => {
    cluster.is(given);
    const { code, out } = await callsign(['apply', ...APP]);
    expect(out).toContain(message);
    expect(out).toContain('fix: ');
    expect(code).toBe(2);
    expect(writes()).toEqual([]);
  });

  test('kubectl is missing', async () => {
    const { code, out } = await callsign(['diff', ...APP], { environment: { PATH: folder.path } });
    expect(out).toContain('[kubectl-missing]');
    expect(code).toBe(2);
  });

  test('an environment of another context is refused, unless --context is given', async () => {
    is();
    const refused = await callsign(['diff', ...APP, '--env', 'prod']);
    expect(refused.out).toContain('[context-refused]');
    expect(refused.out).toContain('kubectl config use-context prod-eu');
    expect(refused.code).toBe(2);
    expect((await callsign(['diff', ...APP, '--env', 'prod', '--context', 'kind-dev'])).code).toBe(0);
  });

  test('problems of the charts come before those of the cluster', async () => {
    cluster.is({ context: 'a', proxyError: 'error: context "a" does not exist' });
    const { code, error } = await callsign(['diff', '--app', 'none.ts']);
    expect(error).toContain('File not found: none.ts');
    expect(code).toBe(2);
  });
});
