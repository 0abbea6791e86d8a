import { dockerFinding } from '../../src/doctor/docker';
import { findKind, kindFinding } from '../../src/doctor/kind';
import { askKubectl, kubectlFinding } from '../../src/doctor/kubectl';
import { nodeFinding, supportedNode } from '../../src/doctor/node-js';
import { runProgram } from '../../src/doctor/run-program';
import { isAtLeast, minorOf } from '../../src/doctor/versions';
import { DOCKER, kindWith, standInPrograms } from './programs';

jest.setTimeout(30_000);

const programs = standInPrograms();
const environment = () => ({ PATH: programs.path });

test.each([
  ['v20.19.0', '20.19', true],
  ['v20.18.9', '20.19', false],
  ['v22.0.0', '20.19', true],
  ['v18.20.1', '20.19', false],
  ['v21.0.0', '20.19.3', true],
  ['v20.19.2', '20.19.3', false],
])('%s is at least %s: %s', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected);
});

test('the minor version, also of a fork', () => {
  expect([minorOf('v1.36.3'), minorOf('v1.32.4-eks-1'), minorOf('unknown')]).toEqual([36, 32, 0]);
});

test('Node.js: the range of package.json decides', () => {
  expect(supportedNode()).toMatch(/^>=\d+\.\d+$/);
  expect(nodeFinding('v24.1.0', '>=20.19')).toMatchObject({ name: 'node', state: 'ok', found: 'v24.1.0' });
  expect(nodeFinding('v18.20.1', '>=20.19')).toMatchObject({
    state: 'missing',
    fix: 'Install Node.js 20.19 or newer.',
  });
});

test('a program that does not end is killed', async () => {
  programs.put('slow', 'trap "" TERM; sleep 60');
  expect(await runProgram('slow', [], environment())).toEqual({ state: 'late' });
});

describe('docker', () => {
  const NO_ENGINE = `echo '{"Client":{"Version":"28.2.2"},"Server":null}'`;

  test.each([
    ['answers', DOCKER, 'ok', '28.2.2, engine 27.5.1', undefined],
    [
      'is a program without a separate engine',
      `echo '{"Client":{"Version":"5.1.0"}}'`,
      'ok',
      '5.1.0, engine 5.1.0',
      undefined,
    ],
    [
      'has no engine',
      `${NO_ENGINE}; echo 'Cannot connect to the Docker daemon' >&2; exit 1`,
      'warning',
      '28.2.2, but the engine does not answer',
      'Start Docker',
    ],
    [
      'is not for this user',
      `${NO_ENGINE}; echo 'permission denied while trying to connect' >&2; exit 1`,
      'warning',
      '28.2.2, but this user may not connect to the engine',
      'sudo usermod -aG docker',
    ],
    [
      'runs Windows containers',
      `echo '{"Client":{"Version":"28.2.2"},"Server":{"Version":"28.2.2","Os":"windows"}}'`,
      'warning',
      '28.2.2, with an engine for Windows containers',
      'Linux containers',
    ],
    [
      'prints something else',
      'echo hello; exit 1',
      'warning',
      'unknown version, but the engine does not answer',
      'Start',
    ],
  ])('%s', async (_, script, state, found, fix) => {
    programs.put('docker', script);
    const finding = await dockerFinding(environment());
    expect(finding).toMatchObject({ name: 'docker', state, found });
    expect(finding.fix ?? '').toContain(fix ?? '');
    expect(finding.fix === undefined).toBe(state === 'ok');
  });

  test('is missing', async () => {
    expect(await dockerFinding(environment())).toMatchObject({
      state: 'warning',
      found: 'not installed',
      fix: 'Install Docker Engine or Docker Desktop, and start it.',
    });
  });

  test('never answers', async () => {
    programs.put('docker', 'exec sleep 60');
    expect(await dockerFinding(environment())).toMatchObject({ state: 'warning', found: 'does not answer within 4 s' });
  });
});

describe('kind', () => {
  const kind = async (context: string | undefined, isConnected: boolean) =>
    kindFinding(await findKind(environment()), { context, isConnected });

  test('its version and its clusters', async () => {
    programs.put('kind', kindWith('blog', 'shop'));
    expect(await kind('kind-blog', true)).toMatchObject({ state: 'ok', found: 'v0.31.0, clusters: blog, shop' });
  });

  test('no clusters', async () => {
    programs.put(
      'kind',
      `if [ "$1" = version ]; then echo 'kind v0.31.0'; else echo 'No kind clusters found.' >&2; fi`,
    );
    expect(await kind(undefined, false)).toMatchObject({ state: 'ok', found: 'v0.31.0, no clusters' });
  });

  test('the cluster of the context does not exist', async () => {
    programs.put('kind', kindWith('shop'));
    expect(await kind('kind-blog', false)).toMatchObject({
      state: 'warning',
      found: 'v0.31.0, clusters: shop; the context kind-blog has no cluster',
      fix: 'Create the cluster: kind create cluster --name blog.',
    });
  });

  test('its clusters are unknown without Docker', async () => {
    programs.put('kind', `if [ "$1" = version ]; then echo 'kind v0.31.0'; else exit 1; fi`);
    expect(await kind('kind-blog', false)).toMatchObject({
      state: 'warning',
      found: 'v0.31.0, but it cannot list its clusters',
    });
  });

  test('is missing: only a cluster of another kind does not need it', async () => {
    expect(await kind(undefined, false)).toMatchObject({
      state: 'warning',
      fix: 'Install kind from kind.sigs.k8s.io.',
    });
    expect(await kind('kind-blog', true)).toMatchObject({ state: 'warning' });
    expect(await kind('prod-eu', true)).toMatchObject({ state: 'ok' });
  });
});

describe('kubectl', () => {
  const answer = (version: string) => programs.put('kubectl', `echo '{"clientVersion":{"gitVersion":"${version}"}}'`);
  const kubectl = async (server: string | undefined, isAsked = false) =>
    kubectlFinding(await askKubectl(environment()), server, isAsked);

  test.each([
    ['v1.36.1', undefined, 'ok'],
    ['v1.36.1', 'v1.36.3', 'ok'],
    ['v1.35.0', 'v1.36.3', 'ok'],
    ['v1.37.0', 'v1.36.3', 'ok'],
    ['v1.34.0', 'v1.36.3', 'warning'],
    ['v1.38.0', 'v1.36.3', 'warning'],
  ])('%s with the server %s: %s', async (client, server, state) => {
    answer(client);
    const finding = await kubectl(server);
    expect(finding).toMatchObject({ state, found: expect.stringContaining(client) });
    expect(finding.fix).toBe(state === 'ok' ? undefined : 'Install kubectl 1.36.');
  });

  test('is missing: an error only if the arguments name a cluster', async () => {
    expect(await kubectl(undefined)).toMatchObject({ state: 'warning', found: 'not installed' });
    expect(await kubectl(undefined, true)).toMatchObject({ state: 'missing', fix: expect.stringContaining('Install') });
  });

  test('prints no version', async () => {
    programs.put('kubectl', 'echo hello');
    expect(await kubectl(undefined)).toMatchObject({ state: 'warning', found: 'unknown version' });
  });
});
