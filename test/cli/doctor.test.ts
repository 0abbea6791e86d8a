import { delimiter } from 'node:path';
import type { Finding } from '../../src/doctor/finding';
import { stubCluster, type Answer } from '../cluster/stub/stub-cluster';
import { DOCKER, kindWith, standInPrograms } from '../doctor/programs';
import { app, callsign, temporaryFolder, type Ran } from './run';

jest.setTimeout(30_000);

const cluster = stubCluster();
const programs = standInPrograms();
const folder = temporaryFolder();

/** An environment in which only stand-ins are installed. */
const environment = ({ withKubectl = true } = {}) => {
  const [kubectl = ''] = cluster.environment.PATH!.split(delimiter);
  return { ...cluster.environment, PATH: [programs.path, ...(withKubectl ? [kubectl] : [])].join(delimiter) };
};
const doctor = (argv: readonly string[], given = environment()): Promise<Ran> =>
  callsign(['doctor', ...argv], { environment: given });
const checksIn = ({ out }: Ran) =>
  Object.fromEntries((JSON.parse(out) as { checks: Finding[] }).checks.map((check) => [check.name, check]));
const statesIn = (ran: Ran) => Object.fromEntries(Object.values(checksIn(ran)).map(({ name, state }) => [name, state]));

const SHOP = ['--app', app('shop.ts')];
const RELEASE = ['--app', app('release.js')];
const list = (...items: object[]): Answer => [200, { items }];
const HEALTHY: Readonly<Record<string, Answer>> = {
  'GET /api/v1/nodes': list({
    metadata: { name: 'one' },
    status: { conditions: [{ type: 'Ready', status: 'True' }], images: [] },
  }),
  'GET /apis/networking.k8s.io/v1/ingressclasses': list({
    metadata: { name: 'traefik', annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
  }),
  'GET /apis/storage.k8s.io/v1/storageclasses': list({
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  }),
  'GET /apis/apps/v1/daemonsets': list({ metadata: { name: 'calico-node', namespace: 'kube-system' } }),
};
const NO_CONNECTION = { 'in-cluster': 'not-checked' };

beforeEach(() => {
  programs.put('docker', DOCKER);
  programs.put('kind', kindWith('dev'));
});

test('all is there: a line for each check, and the exit code 0', async () => {
  cluster.is({ context: 'kind-dev', answers: HEALTHY });
  const { code, out, error } = await doctor(SHOP);
  expect([code, error]).toEqual([0, '']);
  expect(out.replace(process.version, 'v20.19.0')).toBe(`\
✓ node              v20.19.0  (runs Callsign, which needs 20.19 or newer)
✓ docker            28.2.2, engine 27.5.1  (for callsign images, and for images from a registry in callsign start)
✓ kind              v0.31.0, clusters: dev  (for a cluster on this machine)
✓ kubectl           v1.36.0  (for diff, apply, status, logs, restart and dev)
✓ charts            test/cli/apps/shop.ts: 12 objects  (what the cluster must provide)
✓ cluster           context kind-dev, Kubernetes v1.36.3  (runs the charts)
✓ nodes             1 node, ready  (run the pods)
✓ ingress           IngressClass: traefik (default); GatewayClass: none  (brings requests from outside to the gateway)
✓ storage           StorageClass: standard (default)  (for the volumes of databases)
✓ network-policies  probably enforced by Calico  (let only the declared calls through)
✓ images            none is built here  (the programs of the charts)
✓ version           Kubernetes 1.30 or newer, for lifecycle.preStop.sleep  (for Deployment shop/cart and 1 more)

12 checks: ✓ 12 ok
`);
});

test('--json prints every check, and something that the charts need is missing: the exit code 1', async () => {
  cluster.is({ context: 'kind-dev', answers: { ...HEALTHY, 'GET /apis/storage.k8s.io/v1/storageclasses': list() } });
  const ran = await doctor(['--app', app('database.ts'), '--json']);
  expect(ran.code).toBe(1);
  expect(checksIn(ran).storage).toEqual({
    name: 'storage',
    state: 'missing',
    found: 'no default class (StorageClass: none)',
    why: 'for the volumes of databases',
    fix: 'Install a storage provisioner, and make its StorageClass the default.',
  });
  expect(Object.keys(checksIn(ran))).toEqual(
    expect.arrayContaining(['node', 'docker', 'kind', 'kubectl', 'charts', 'cluster', 'nodes', 'ingress', 'images']),
  );
});

test('a missing image of our sources, and the command that brings it to the nodes', async () => {
  cluster.is({ context: 'kind-dev', answers: HEALTHY });
  const ran = await doctor(['--env', 'dev', '--json']);
  const { images } = checksIn(ran);
  expect(images).toMatchObject({ state: 'missing', fix: 'callsign images --kind dev --env dev' });
  expect(images!.found).toMatch(/^\d+ of \d+ images missing: callsign\/\w/);
});

test('kubectl of another version than the server is a warning', async () => {
  cluster.is({ context: 'kind-dev', client: 'v1.31.2', answers: HEALTHY });
  const ran = await doctor([...SHOP, '--json']);
  expect([ran.code, checksIn(ran).kubectl]).toEqual([
    0,
    expect.objectContaining({ state: 'warning', fix: 'Install kubectl 1.36.' }),
  ]);
});

describe('the cluster', () => {
  const REFUSED = { 'GET /version': [500, 'dial tcp 127.0.0.1:1: connect: connection refused'] } as const;

  test.each([
    ['no kubeconfig', { answers: {} }, 'kubectl has no cluster'],
    [
      'a cluster that is not running',
      { context: 'kind-dev', answers: REFUSED },
      'context kind-dev: The API server does not answer',
    ],
    [
      'a refused credential',
      { context: 'a', answers: { 'GET /version': [401, { kind: 'Status', code: 401 }] } },
      'does not accept the credential',
    ],
  ] as const)('%s: a warning, and the checks of its contents are left out', async (_, given, found) => {
    cluster.is(given);
    const ran = await doctor([...SHOP, '--json']);
    expect(checksIn(ran).cluster).toMatchObject({
      state: 'warning',
      found: expect.stringContaining(found),
      fix: expect.stringMatching(/\w/),
    });
    expect(statesIn(ran)).toEqual({
      node: 'ok',
      docker: 'ok',
      kind: 'ok',
      kubectl: 'ok',
      charts: 'ok',
      cluster: 'warning',
      ...NO_CONNECTION,
    });
    expect(ran.code).toBe(0);
  });

  test('a context that the arguments name must be there', async () => {
    cluster.is({ context: 'kind-dev', proxyError: 'error: context "gone" does not exist' });
    const ran = await doctor([...SHOP, '--context', 'gone', '--json']);
    expect([ran.code, checksIn(ran).cluster]).toEqual([
      1,
      expect.objectContaining({
        state: 'missing',
        found: expect.stringContaining('context gone: The kubeconfig has no such context'),
        fix: 'List the contexts: kubectl config get-contexts.',
      }),
    ]);
  });

  test('another cluster than that of the environment is not checked', async () => {
    const namespace: Answer = [200, { metadata: { name: 'shop' } }];
    cluster.is({ context: 'kind-dev', answers: { ...HEALTHY, 'GET /api/v1/namespaces/shop': namespace } });
    const ran = await doctor([...RELEASE, '--env', 'prod', '--json']);
    expect(checksIn(ran).cluster).toMatchObject({
      state: 'missing',
      fix: expect.stringContaining('kubectl config use-context prod-eu'),
    });
    expect(statesIn(ran)).toMatchObject(NO_CONNECTION);
    expect(ran.code).toBe(1);
    expect((await doctor([...RELEASE, '--env', 'prod', '--context', 'kind-dev', '--json'])).code).toBe(0);
  });

  test('it never answers: the command ends by itself, and so does its connection', async () => {
    cluster.is({ context: 'kind-dev', answers: { 'GET /version': [0, ''] } });
    programs.put('docker', 'exec sleep 60');
    const ran = await doctor([...SHOP, '--json']);
    expect(statesIn(ran)).toMatchObject({ docker: 'warning', cluster: 'warning', ...NO_CONNECTION });
    expect(checksIn(ran).cluster!.found).toBe('context kind-dev: The API server does not answer within 4 s');
    const isRunning = () => {
      try {
        return process.kill(cluster.proxy!, 0);
      } catch {
        return false;
      }
    };
    for (let i = 0; i < 100 && isRunning(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isRunning()).toBe(false);
  });

  test('it answers only to the connection: the other checks end by themselves', async () => {
    const silent = Object.fromEntries(Object.keys(HEALTHY).map((path) => [path, [0, ''] as const]));
    cluster.is({ context: 'kind-dev', answers: silent });
    expect(statesIn(await doctor([...SHOP, '--json']))).toMatchObject({
      cluster: 'ok',
      nodes: 'not-checked',
      ingress: 'not-checked',
      storage: 'not-checked',
      version: 'ok',
    });
  });

  test('a kubectl that never ends', async () => {
    cluster.is({ context: 'kind-dev' });
    programs.put('kubectl', 'exec sleep 60');
    expect(statesIn(await doctor([...SHOP, '--json']))).toMatchObject({ kubectl: 'warning', cluster: 'warning' });
  });
});

test('nothing is installed: warnings, because the charts can still be written and started', async () => {
  cluster.is({});
  for (const name of ['docker', 'kind']) programs.put(name, 'exit 1');
  const { PATH, ...rest } = environment({ withKubectl: false });
  const none = { ...rest, PATH: `${PATH}/none` };
  const ran = await doctor([...SHOP, '--json'], none);
  expect(statesIn(ran)).toEqual({
    node: 'ok',
    docker: 'warning',
    kind: 'warning',
    kubectl: 'warning',
    charts: 'ok',
    cluster: 'not-checked',
    ...NO_CONNECTION,
  });
  expect(ran.code).toBe(0);
  expect((await doctor([...SHOP, '--context', 'a'], none)).code).toBe(1);
});

describe('the charts', () => {
  const origin = process.cwd();
  afterEach(() => process.chdir(origin));

  test('without an app, one line says so', async () => {
    cluster.is({ context: 'kind-dev', answers: HEALTHY });
    process.chdir(folder.path);
    const ran = await doctor(['--json']);
    expect(ran.code).toBe(0);
    expect(checksIn(ran).charts).toMatchObject({
      state: 'not-checked',
      found: 'no src/charts/app.ts, so what charts need is not checked',
    });
    expect(statesIn(ran)).toMatchObject({ nodes: 'ok', ingress: 'ok', storage: 'ok', 'network-policies': 'ok' });
    expect(Object.keys(checksIn(ran))).not.toContain('images');
  });

  test('charts with problems: the other checks run', async () => {
    cluster.is({ context: 'kind-dev', answers: HEALTHY });
    const ran = await doctor(['--app', app('broken.ts'), '--json']);
    expect(checksIn(ran).charts).toMatchObject({ state: 'missing', fix: expect.stringMatching(/\w/) });
    expect(statesIn(ran)).toMatchObject({ cluster: 'ok', storage: 'ok' });
    expect(ran.code).toBe(1);
  });

  test.each([
    ['an app that does not exist', ['--app', 'gone.ts'], 'File not found: gone.ts'],
    ['an unknown environment', [...RELEASE, '--env', 'prd'], 'Unknown environment: "prd"'],
    ['an argument', ['now'], 'Unexpected argument: "now"'],
  ])('%s is wrong usage', async (_, argv, message) => {
    cluster.is({});
    const { code, error } = await doctor(argv);
    expect([code, error]).toEqual([2, expect.stringContaining(message)]);
  });
});

test('colors in a terminal, and plural forms in the summary', async () => {
  cluster.is({});
  programs.put('docker', 'exit 1');
  const { out } = await callsign(['doctor', ...SHOP], { environment: environment(), terminal: true });
  expect(out).toContain('\u001B[33m! docker');
  expect(out).toContain('fix: Start Docker');
  expect(out).toMatch(/7 checks: ✓ 4 ok, ! 2 warnings, - 1 not checked\n$/);
});
