import {
  APP,
  WEB,
  managed,
  OURS,
  deployment,
  SAME,
  RECORDED,
  SCALED_TO_5,
  status,
  CONFLICT,
  releaseCluster,
} from './cluster';

const { cluster, callsign, is, writes } = releaseCluster();

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
