import type { Answer } from '../../cluster/stub/stub-cluster';
import {
  APP,
  RELEASE,
  WEB,
  managed,
  labels,
  OURS,
  deployment,
  record,
  RECORD,
  RECORDED,
  SCALED_TO_5,
  status,
  releaseCluster,
} from './cluster';

const { cluster, callsign, is, writes } = releaseCluster();

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
    expect(order.filter((line) => !line.includes('/secrets/'))).toEqual([
      `PATCH force ${RECORD}`,
      `PATCH ${WEB}`,
      `DELETE ${OLD}`,
      `PATCH force ${RECORD}`,
    ]);
  });
});

describe('an autoscaler that left the charts', () => {
  const LIST = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
  const AUTOSCALER = `${LIST}/web`;
  const byAutoscaler = (manager: string) =>
    status(409, 'Apply failed with 1 conflict', {
      reason: 'Conflict',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: `conflict with "${manager}" with subresource "scale" using apps/v1`,
            field: '.spec.replicas',
          },
        ],
      },
    });
  const autoscaled = (target: string, manager = 'kube-controller-manager'): Readonly<Record<string, Answer>> => {
    const metadata = {
      name: 'web',
      namespace: 'shop',
      uid: 'uid-hpa',
      resourceVersion: '3',
      labels,
      managedFields: [OURS],
    };
    return {
      ...SCALED_TO_5,
      [`GET ${RECORD}`]: record('Deployment.apps,HorizontalPodAutoscaler.autoscaling,Secret'),
      [`GET /apis/apps/v1/namespaces/shop/deployments`]: [200, { items: [deployment(5)] }],
      [`GET ${LIST}`]: [200, { items: [{ metadata }] }],
      [`GET ${AUTOSCALER}`]: [200, { metadata, spec: { scaleTargetRef: { kind: 'Deployment', name: target } } }],
      [`DRY-RUN ${WEB}`]: byAutoscaler(manager),
      [`DRY-RUN force ${WEB}`]: [200, deployment(2)],
    };
  };
  const refused = { [`DELETE ${AUTOSCALER}`]: status(403, 'you may not') };

  test('is deleted before its number is written', async () => {
    is({ ...autoscaled('web'), ...refused });
    const first = await callsign(['apply', ...APP]);
    expect(first.out).toContain('0 done, 2 not done: HorizontalPodAutoscaler shop/web, Deployment shop/web');
    expect(first.out).toContain('you may not');
    expect(first.code).toBe(1);
    expect(writes()).toEqual([`DELETE ${AUTOSCALER}`]);
  });

  test('a ScaledObject of KEDA is deleted before its number is written', async () => {
    const list = '/apis/keda.sh/v1alpha1/namespaces/shop/scaledobjects';
    const metadata = {
      name: 'web',
      namespace: 'shop',
      uid: 'uid-so',
      resourceVersion: '3',
      labels,
      managedFields: [OURS],
    };
    is({
      ...autoscaled('web'),
      [`GET ${RECORD}`]: record('Deployment.apps,ScaledObject.keda.sh,Secret'),
      [`GET ${list}`]: [200, { items: [{ metadata }] }],
      [`GET ${list}/web`]: [200, { metadata, spec: { scaleTargetRef: { name: 'web' } } }],
      [`DELETE ${list}/web`]: status(403, 'you may not'),
    });
    expect((await callsign(['apply', ...APP])).out).toContain(
      '0 done, 2 not done: ScaledObject shop/web, Deployment shop/web',
    );
    expect(writes()).toEqual([`DELETE ${list}/web`]);
  });

  test('another manager keeps the number', async () => {
    is(autoscaled('web', 'keda'));
    expect((await callsign(['diff', ...APP])).out).toContain('Another manager owns this field: keda (by scale).');
  });

  test('of another workload frees nothing', async () => {
    is(autoscaled('other'));
    const { out } = await callsign(['diff', ...APP]);
    expect(out).toContain('Another manager owns this field: kube-controller-manager (by scale).');
  });
});

describe('what objects leave behind', () => {
  const NAMESPACE = 'namespaces/shop';
  const JOBS = `/apis/batch/v1/${NAMESPACE}/jobs`;
  const SETS = `/apis/apps/v1/${NAMESPACE}/statefulsets`;
  const CLAIMS = `/api/v1/${NAMESPACE}/persistentvolumeclaims`;
  const SECRETS = `/api/v1/${NAMESPACE}/secrets`;
  const metadataOf = (name: string, more: object = {}) => ({
    name,
    namespace: 'shop',
    uid: `uid-${name}`,
    resourceVersion: '3',
    ...more,
  });
  const applied = { labels, managedFields: [OURS] };
  const makes = { annotations: { 'callsign.dev/makes-secret': '{"store":["password"]}' } };
  const set = {
    kind: 'StatefulSet',
    metadata: metadataOf('store', applied),
    spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
  };
  const left = (kept: object = {}): Readonly<Record<string, Answer>> => ({
    [`GET ${RECORD}`]: record('Deployment.apps,Job.batch,PersistentVolumeClaim,Secret,StatefulSet.apps'),
    [`GET /apis/apps/v1/${NAMESPACE}/deployments`]: [200, { items: [deployment(2)] }],
    [`GET ${JOBS}`]: [200, { items: [{ metadata: metadataOf('store-password', { ...applied, ...makes }) }] }],
    [`GET ${SETS}`]: [200, { items: [set] }],
    [`GET ${SETS}/store`]: [200, set],
    [`GET ${CLAIMS}`]: [
      200,
      { items: [{ metadata: metadataOf('data-store-0', kept) }, { metadata: metadataOf('data-stored-0') }] },
    ],
    [`GET ${SECRETS}`]: [200, { items: [{ metadata: metadataOf('store', kept) }, { metadata: metadataOf('other') }] }],
    DELETE: [200, {}],
  });

  test('stays, and belongs to the release from now on', async () => {
    is(left());
    const { code, out } = await callsign(['diff', ...APP]);
    expect(out).toContain('- Job shop/store-password\n- StatefulSet shop/store\n');
    expect(out).toContain('Secret shop/store left the charts and stays. To delete it: --delete-secrets\n');
    expect(out).toContain(
      'PersistentVolumeClaim shop/data-store-0 left the charts and stays. To delete it: --delete-claims\n',
    );
    expect(out).not.toMatch(/other|stored/);
    expect(code).toBe(1);

    is(left());
    expect((await callsign(['apply', ...APP])).out).toContain('2 done\n');
    expect(writes().toSorted()).toEqual(
      [
        `PATCH ${SECRETS}/store`,
        `PATCH ${CLAIMS}/data-store-0`,
        `DELETE ${JOBS}/store-password`,
        `DELETE ${SETS}/store`,
      ].toSorted(),
    );
    const [last] = writes().toReversed();
    expect(last).toContain('DELETE');
  });

  const adopted = { ...applied, annotations: { 'callsign.dev/left-behind-by': 'StatefulSet shop/store' } };
  const later = (): Readonly<Record<string, Answer>> => ({
    ...left(adopted),
    [`GET ${JOBS}`]: [200, { items: null }],
    [`GET ${SETS}`]: [200, { items: null }],
  });

  test('a later apply still knows it, and deletes it with the options', async () => {
    is(later());
    const kept = await callsign(['diff', ...APP]);
    expect(kept.out).toContain('Secret shop/store left the charts and stays. To delete it: --delete-secrets\n');
    expect(kept.code).toBe(0);
    const { out } = await callsign(['apply', ...APP, '--delete-secrets', '--delete-claims']);
    expect(out).toContain('2 done\n');
    expect(writes()).toEqual([`DELETE ${CLAIMS}/data-store-0`, `DELETE ${SECRETS}/store`]);
  });

  test('is deleted in the same apply with the options', async () => {
    const member = (name: string) => [200, { metadata: metadataOf(name, adopted) }] as Answer;
    is({
      ...left(),
      [`PATCH ${SECRETS}/store`]: member('store'),
      [`PATCH ${CLAIMS}/data-store-0`]: member('data-store-0'),
    });
    const { out } = await callsign(['apply', ...APP, '--delete-secrets', '--delete-claims']);
    expect(out).toContain('4 done\n');
    expect(writes()).toContain(`DELETE ${SECRETS}/store`);
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
