import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsignProcess, temporaryFolder } from '../../cli/run';
import { lockAfter } from '../../../src/images/docker/push';
import { useFakeDocker } from './fake-docker';

// Each test runs several processes, and the machine may be busy.
jest.setTimeout(240_000);

const folder = temporaryFolder();
const docker = useFakeDocker();
const REGISTRY = 'registry.example.com/shop';
const library = JSON.stringify(join(__dirname, '../../../src/index'));

// A separate folder for each test, because the lock is next to the charts.
beforeEach(() => {
  for (const name of ['cart', 'till']) {
    folder.put(`services/${name}/main.js`, name);
    folder.put(`services/${name}/Dockerfile`, `FROM node:24-slim\nCOPY ${name} ./\n`);
  }
  folder.put(
    'app.ts',
    `
    import { Chart } from ${JSON.stringify(require.resolve('cdk8s'))};
    import { Database, defineApp, Image, Microservice } from ${library};
    export default defineApp((app) => {
      const shop = new Chart(app, 'shop', { namespace: 'shop' });
      new Microservice(shop, 'cart', { image: Image.service('cart'), database: new Database(shop, 'orders', { image: Image.of('postgres:17') }) });
      new Microservice(shop, 'till', { image: Image.service('till') });
    }, { prod: { images: { registry: '${REGISTRY}', pullSecret: 'registry-login' } }, dev: {} });
  `,
  );
});

const run = (argv: string[], env = {}) =>
  callsignProcess([...argv, '--app', 'app.ts'], { cwd: folder.path, env: { PATH: docker.path, ...env } });
const push = (...argv: string[]) => run(['images', '--push', ...argv]);
const inFolder = (name: string) => join(folder.path, name);
const lock = () => JSON.parse(readFileSync(inFolder('images.lock.json'), 'utf8')) as Record<string, string>;
const manifests = () => readFileSync(inFolder('out/shop.k8s.yaml'), 'utf8');

test('a push builds and pushes each image once, and after that only changed images', () => {
  expect(push('--env', 'prod')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /shop\/callsign\/cart:\w+ {2}pushed in [\d.]+ s {2}sha256:[^]*wrote images\.lock\.json: commit it with the charts\n$/,
    ),
  });
  expect(docker.done().map((call) => call.replace(/\b[0-9a-f]{12}\b/, 'TAG'))).toEqual([
    'build --tag callsign/cart:TAG services',
    `push ${REGISTRY}/callsign/cart:TAG`,
    'build --tag callsign/till:TAG services',
    `push ${REGISTRY}/callsign/till:TAG`,
  ]);
  const first = lock();
  expect(Object.keys(first)).toEqual([
    expect.stringMatching(`^${REGISTRY}/callsign/cart:`),
    expect.stringMatching(`^${REGISTRY}/callsign/till:`),
  ]);

  expect(push('--env', 'prod')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/already pushed[^]*images\.lock\.json is up to date\n$/),
  });
  expect([docker.done(), lock()]).toEqual([[], first]);

  folder.put('services/till/main.js', 'changed');
  push('--env', 'prod');
  expect(docker.done()).toEqual([
    expect.stringMatching(/^build --tag callsign\/till:/),
    expect.stringMatching(/^push .*\/till:/),
  ]);
  expect(Object.keys(lock())).toHaveLength(2);
  expect(Object.keys(lock())[0]).toBe(Object.keys(first)[0]);
  expect(Object.keys(lock())[1]).not.toBe(Object.keys(first)[1]);
});

test('after a push, the environment uses digests, and other environments use tags', () => {
  docker.pulled('postgres:17');
  push('--env', 'prod');
  expect(run(['synth', '--env', 'prod', '--out', 'out'])).toMatchObject({ code: 0 });
  for (const [reference, digest] of Object.entries(lock()))
    expect(manifests()).toContain(`image: ${reference}@${digest}\n`);
  expect(manifests()).toContain(`image: postgres:17@sha256:${'1'.repeat(64)}\n`);
  expect(manifests()).toContain('image: node:24-slim\n');
  expect(manifests()).toMatch(
    /kind: ServiceAccount\n[^]*?automountServiceAccountToken: false\nimagePullSecrets:\n\s+- name: registry-login\n/,
  );
  expect(run(['synth', '--env', 'dev', '--out', 'out'])).toMatchObject({ code: 0 });
  expect(manifests()).toMatch(/image: callsign\/cart:[0-9a-f]{12}\n/);
  expect(manifests()).not.toContain('imagePullSecrets');
});

test('reports every image without a digest, and the command that fixes it', () => {
  const { code, out } = run(['synth', '--env', 'prod', '--out', 'out']);
  expect([code, existsSync(inFolder('out'))]).toEqual([1, false]);
  expect(out).toMatch(
    /shop\/cart · image {2}\[image-digest-missing\][^]*expected: a digest of "registry\.example\.com\/shop\/callsign\/cart:[0-9a-f]{12}" in images\.lock\.json[^]*fix: [^\n]*callsign images --push --env prod\./,
  );
  expect(out).toMatch(/2 problems: 2 image-digest-missing/);
});

test('--registry and the shell variable take precedence over the environment', () => {
  expect(push('--env', 'prod', '--registry', 'localhost:5000')).toMatchObject({ code: 0 });
  expect(Object.keys(lock()).every((reference) => reference.startsWith('localhost:5000/callsign/'))).toBe(true);
  const environment = { CALLSIGN_IMAGES_REGISTRY: 'localhost:5000' };
  expect(run(['synth', '--env', 'dev', '--out', 'out'], environment)).toMatchObject({ code: 0 });
  expect(manifests()).toMatch(/image: localhost:5000\/callsign\/cart:\w+@sha256:/);
  expect(run(['synth', '--env', 'prod', '--explain', 'images.registry'], environment).out).toBe(
    `  "${REGISTRY}"  the environment prod\n→ "localhost:5000"  the variable CALLSIGN_IMAGES_REGISTRY\n`,
  );
});

describe('third-party images in a mirror', () => {
  const mirror = (name: string) => ({ CALLSIGN_IMAGES_MIRROR: name });
  const copyOf = (there: string, original: string) =>
    `buildx imagetools create --prefer-index=false --tag ${there} ${original}`;
  const copies = () => docker.done().filter((call) => call.startsWith('buildx'));

  test('are copied, and their digests are those of the mirror', () => {
    const environment = mirror('registry.example.com/mirror');
    expect(run(['images', '--push', '--env', 'prod'], environment)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^registry\.example\.com\/mirror\/library\/postgres:17 {2}copied in [\d.]+ s {2}sha256:/m,
      ),
    });
    const there = (name: string) => `registry.example.com/mirror/library/${name}`;
    expect(copies().toSorted()).toEqual([
      copyOf(there('node:24-slim'), 'node:24-slim'),
      copyOf(there('postgres:17'), 'postgres:17'),
    ]);
    expect(Object.keys(lock())).toEqual(expect.arrayContaining([there('node:24-slim'), there('postgres:17')]));

    expect(run(['synth', '--env', 'prod', '--out', 'out'], environment)).toMatchObject({ code: 0 });
    expect(manifests()).toContain(`image: ${there('postgres:17')}@${lock()[there('postgres:17')]}\n`);
    expect(manifests()).toContain(`image: ${there('node:24-slim')}@`);
  });

  test('are not copied to a proxy, which has them already', () => {
    docker.inRegistry('proxy.example.com/hub/library/postgres:17');
    docker.inRegistry('proxy.example.com/hub/library/node:24-slim');
    expect(run(['images', '--push', '--env', 'prod'], mirror('proxy.example.com/hub'))).toMatchObject({ code: 0 });
    expect([copies(), Object.keys(lock())]).toEqual([
      [],
      expect.arrayContaining(['proxy.example.com/hub/library/postgres:17']),
    ]);
  });

  test('are a problem if they cannot be copied', () => {
    const { code, out, error } = run(['images', '--push', '--env', 'prod'], mirror('proxy.example.com/hub'));
    expect([code, out + error]).toEqual([1, expect.stringMatching(/image-not-pushed[^]*405 Method Not Allowed/)]);
  });

  test('keep the digest of the chart, and a copy without a tag gets one', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const environment = {
      ...mirror('mirror.example.com'),
      CALLSIGN_ORDERS_IMAGE: `postgres:17@${digest}`,
      CALLSIGN_ORDERS_PASSWORDIMAGE: `node@${digest}`,
    };
    const there = 'mirror.example.com/library';
    expect(run(['images', '--push', '--env', 'prod'], environment)).toMatchObject({ code: 0 });
    expect(copies().toSorted()).toEqual([
      copyOf(`${there}/node:sha256-aaaaaaaaaaaa`, `node@${digest}`),
      copyOf(`${there}/postgres:17`, `postgres:17@${digest}`),
    ]);
    expect(Object.keys(lock()).filter((name) => name.startsWith(there))).toEqual([]);
  });
});

test('the digests can be in another file', () => {
  const environment = { CALLSIGN_IMAGES_LOCK: 'digests.json' };
  expect(run(['images', '--push', '--env', 'prod'], environment)).toMatchObject({
    code: 0,
    out: expect.stringContaining('wrote digests.json'),
  });
  expect(run(['synth', '--env', 'prod', '--out', 'out'], environment)).toMatchObject({ code: 0 });
  expect(run(['synth', '--env', 'prod', '--out', 'out'])).toMatchObject({ code: 1 });
});

test('a tag of the whole build context is reported with its line and reason', () => {
  expect(run(['images']).out).not.toContain('whole build context');
  folder.put('services/till/Dockerfile', 'FROM node:24-slim\nARG DIR\nCOPY $DIR ./\n');
  expect(run(['images']).out).toMatch(
    /^callsign\/till:\w+ {2}the tag is a hash of the whole build context because of services\/till\/Dockerfile:3: the value of \$DIR is not known$/m,
  );
  expect(JSON.parse(run(['images', '--json']).out)).toMatchObject({
    wholeContext: [{ line: 'services/till/Dockerfile:3', why: 'the value of $DIR is not known' }],
  });
});

test('--json prints the results', () => {
  const { out } = push('--env', 'prod', '--json');
  const { images } = JSON.parse(out) as { images: { image: string; result: string; digest?: string }[] };
  expect(images.map(({ result }) => result)).toEqual(['built', 'pushed', 'built', 'pushed']);
  expect(images[1]).toMatchObject({ image: Object.keys(lock())[0], digest: Object.values(lock())[0] });
});

test('a registry that is unavailable or denies access is reported', () => {
  expect(push('--registry', 'away.example.com')).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /\[image-not-pushed\]\n {2}Cannot check whether the registry has away\.example\.com\/callsign\/cart:[^]*connection refused/,
    ),
  });
  expect(docker.done()).toEqual([]);
  expect(push('--registry', 'forbidden.example.com')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/\[image-not-pushed\][^]*denied: requested access/),
  });
  expect(existsSync(inFolder('images.lock.json'))).toBe(false);
});

test('an invalid lock is reported before the push, and by synth', () => {
  for (const text of ['{', '{"postgres:17": "17"}', 'null']) {
    folder.put('images.lock.json', text);
    expect(push('--env', 'prod')).toMatchObject({
      code: 1,
      out: expect.stringContaining('[image-lock-invalid]\n  images.lock.json is not a valid image lock.'),
    });
    expect(run(['synth', '--env', 'prod'])).toMatchObject({
      code: 1,
      out: expect.stringContaining('[image-lock-invalid]'),
    });
  }
  expect(docker.done()).toEqual([]);
});

test.each([
  [['--push'], '--push requires a registry for callsign/cart:'],
  [['--registry', 'localhost:5000'], '--registry requires --push.'],
  [['--push', '--registry', 'https://localhost:5000'], 'Expected: HOST[:PORT][/PATH]'],
])('images %j exits with 2', (argv, message) => {
  expect(run(['images', ...argv])).toMatchObject({ code: 2, error: expect.stringContaining(message) });
});

test('a lock keeps the entries of other repositories, and drops old tags of pushed repositories', () => {
  expect(
    lockAfter(
      { 'a.example/cart:1': 'old', 'b.example/cart:1': 'other', 'localhost:5000/cart': 'old' },
      { 'a.example/cart:2': 'new', 'localhost:5000/cart:3': 'new' },
    ),
  ).toEqual({ 'a.example/cart:2': 'new', 'b.example/cart:1': 'other', 'localhost:5000/cart:3': 'new' });
});
