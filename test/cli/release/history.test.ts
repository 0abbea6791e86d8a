import { gzipSync } from 'node:zlib';
import type { Answer } from '../../cluster/stub/stub-cluster';
import { APP, WEB, deployment, SCALED_TO_5, status, releaseCluster } from './cluster';

const { cluster, callsign, is, writes } = releaseCluster();

describe('the history of the release', () => {
  const SECRETS = '/api/v1/namespaces/default/secrets';
  const entry = (number: number, was: string) => ({
    metadata: {
      name: `shop.release-${number}`,
      namespace: 'default',
      uid: `uid-${number}`,
      resourceVersion: '1',
      creationTimestamp: `2026-01-0${number}T00:00:00Z`,
      labels: { 'callsign.dev/history-of': 'shop', 'callsign.dev/number': String(number) },
      annotations: { 'callsign.dev/status': was, 'callsign.dev/environment': 'prod' },
    },
  });
  const stored = (objects: object[]) => ({
    data: { state: gzipSync(JSON.stringify({ objects, graph: { nodes: [], edges: [] } })).toString('base64') },
  });
  const web = (replicas: number) => {
    const { metadata, status: _, ...rest } = deployment(replicas);
    return { ...rest, metadata: { name: metadata.name, namespace: metadata.namespace } };
  };
  const entries = (...items: object[]): Record<string, Answer> => ({ [`GET ${SECRETS}`]: [200, { items }] });

  test('every apply that writes is recorded, from its begin to its end', async () => {
    is({ ...SCALED_TO_5, ...entries(entry(1, 'ready')) });
    await callsign(['apply', ...APP]);
    const path = `${SECRETS}/shop.release-2`;
    expect(cluster.requests().filter((line) => line.includes('shop.release-'))).toEqual([
      `PATCH force ${path}`,
      `PATCH ${path}`,
    ]);
  });

  test('is listed, the latest first', async () => {
    is(entries(entry(1, 'ready'), entry(2, 'failed')));
    const { out } = await callsign(['history', ...APP]);
    expect(out).toContain('   2  2026-01-02T00:00:00Z  failed    prod\n   1  2026-01-01T00:00:00Z  ready     prod\n');
    is();
    expect((await callsign(['history', ...APP])).out).toContain('no release was applied yet');
    expect(JSON.parse((await callsign(['history', ...APP, '--json'])).out)).toEqual([]);
  });

  test('--json lists the same', async () => {
    is(entries(entry(1, 'ready'), entry(2, 'failed')));
    expect(JSON.parse((await callsign(['history', ...APP, '--json'])).out)).toEqual([
      { number: 2, time: '2026-01-02T00:00:00Z', status: 'failed', environment: 'prod' },
      { number: 1, time: '2026-01-01T00:00:00Z', status: 'ready', environment: 'prod' },
    ]);
  });

  test('rollback applies the last release before that became ready', async () => {
    is({
      ...entries(entry(1, 'ready'), entry(2, 'failed'), entry(3, 'failed')),
      [`GET ${SECRETS}/shop.release-1`]: [200, stored([web(4)])],
      [`DRY-RUN ${WEB}`]: [200, deployment(4)],
    });
    const { code, out } = await callsign(['rollback', ...APP]);
    expect(out).toContain('rolls back to release 1\n');
    expect(out).toContain('spec.replicas: 2 → 4');
    expect(code).toBe(0);
    expect(writes()).toEqual([`PATCH ${WEB}`]);
    const { out: json } = await callsign(['rollback', ...APP, '--json']);
    expect(JSON.parse(json)).toMatchObject({ done: ['Deployment shop/web'], notDone: [] });
  });

  test.each([
    [[], 'The history contains no earlier release that became ready.'],
    [['7'], 'The history contains no release 7.'],
  ])('rollback %j to a release that is not there', async (argv, message) => {
    is(entries(entry(3, 'ready')));
    const { code, out } = await callsign(['rollback', ...APP, ...argv]);
    expect(out).toContain(message);
    expect(out).toContain('expected: one of 3');
    expect(code).toBe(1);
    expect(writes()).toEqual([]);
    const { out: json } = await callsign(['rollback', ...APP, ...argv, '--json']);
    expect(JSON.parse(json)).toMatchObject({ problems: [{ code: 'release-unknown', message }] });
  });

  test('the number of a release is a number', async () => {
    is();
    const { code, error } = await callsign(['rollback', ...APP, 'last']);
    expect(error).toContain('"last" is not the number of a release.');
    expect(code).toBe(2);
  });

  test('--rollback-on-failure applies the last release that became ready', async () => {
    is({
      ...SCALED_TO_5,
      ...entries(entry(1, 'ready'), entry(2, 'failed')),
      [`PATCH ${WEB}`]: status(422, 'quota'),
      [`GET ${SECRETS}/shop.release-1`]: [200, stored([web(5)])],
    });
    const { code, out } = await callsign(['apply', ...APP, '--rollback-on-failure', '--json']);
    const report = JSON.parse(out) as { problems: object[]; rolledBack: { notDone: string[] } };
    expect(report.problems).toHaveLength(1);
    expect(report.rolledBack.notDone).toEqual(['Deployment shop/web']);
    expect(code).toBe(1);
  });

  test('--rollback-on-failure needs to wait', async () => {
    is();
    const { code, error } = await callsign(['apply', ...APP, '--rollback-on-failure', '--no-wait']);
    expect(error).toContain('--rollback-on-failure and --no-wait exclude each other.');
    expect(code).toBe(2);
  });
});
