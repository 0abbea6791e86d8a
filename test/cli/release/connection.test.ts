import { temporaryFolder } from '../run';
import { APP, WEB, SAME, status, releaseCluster } from './cluster';

const { cluster, callsign, is, writes } = releaseCluster();
const folder = temporaryFolder();

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
