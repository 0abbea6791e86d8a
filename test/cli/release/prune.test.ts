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
