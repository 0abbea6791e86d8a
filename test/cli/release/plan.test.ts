import { readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../run';
import { APP, WEB, deployment, SCALED_TO_5, releaseCluster } from './cluster';

const { callsign, is, writes } = releaseCluster();
const folder = temporaryFolder();

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
