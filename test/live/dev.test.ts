import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import { loadAll } from 'js-yaml';
import { assertMatchesSchema } from '../cli/json-schemas';
import { callsignProcess, temporaryFolder } from '../cli/run';
import { useFakeCluster } from './fake-cluster';

// Each test waits for processes, possibly on a busy machine.
jest.setTimeout(240_000);

const folder = temporaryFolder();
const cluster = useFakeCluster();
const root = join(__dirname, '../..');
const library = JSON.stringify(join(root, 'src/index'));
const PROGRAM = (text: string) => `
const text = () => ${text};
require('node:http').createServer((_, answer) => answer.end(text())).listen(Number(process.env.PORT), '127.0.0.1');
console.log('says ' + text());
`;

beforeEach(() => {
  folder.put('services/Cart.md', 'notes');
  folder.put('services/common/word.js', "module.exports = 'one';");
  folder.put('services/cart/main.js', PROGRAM("require('./../common/word.js')"));
  folder.put(
    'services/cart/Dockerfile',
    'FROM node:24-slim\nWORKDIR /app\nCOPY common ./common\nCOPY cart ./cart\nCOPY cart/LICENSE /licenses/\nCMD ["node", "cart/main.js"]\n',
  );
  folder.put('services/cart/LICENSE', 'free');
  folder.put(
    'app.ts',
    `
    import { Chart } from ${JSON.stringify(require.resolve('cdk8s'))};
    import { defineApp, Image, Microservice } from ${library};
    export default defineApp((app) => {
      const shop = new Chart(app, 'shop', { namespace: 'shop' });
      new Microservice(shop, 'cart', { image: Image.service('cart') });
      new Microservice(shop, 'till', { image: Image.of('shop/till:1') });
    }, { dev: { cart: { live: true } }, prod: {} });
  `,
  );
});

const run = (...argv: string[]) =>
  callsignProcess(['dev', ...argv, '--app', 'app.ts'], { cwd: folder.path, env: { PATH: cluster.path } });

/** The pod in the manifests of an environment. */
function podOf(env: string): { annotations?: Record<string, string>; spec: V1PodSpec } {
  expect(callsignProcess(['synth', '--app', 'app.ts', '--env', env, '--out', env], { cwd: folder.path })).toMatchObject(
    { code: 0 },
  );
  const objects = loadAll(readFileSync(join(folder.path, env, 'shop.k8s.yaml'), 'utf8')) as V1Deployment[];
  const { metadata, spec } = objects.find(
    ({ kind, metadata: { name } = {} }) => kind === 'Deployment' && name === 'cart',
  )!.spec!.template;
  spec!.containers[0]!.env = [{ name: 'PORT', value: '0' }];
  return { annotations: metadata?.annotations, spec: spec! };
}

/** Starts a pod from the current sources, as its image. */
function startPod(name: string, env = 'dev'): void {
  const image = join(folder.path, `image-of-${name}`);
  for (const part of ['common', 'cart'])
    cpSync(join(folder.path, 'services', part), join(image, part), { recursive: true });
  cluster.start(name, podOf(env), image);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 120_000; !holds(); await sleep(50))
    if (Date.now() > end) throw new Error(`Not within 120 s: ${what}`);
}

describe('dev watches the source of a service', () => {
  let child: ChildProcess | undefined;
  let out = '';
  const follow = async (...argv: string[]) => {
    out = '';
    child = spawn(process.execPath, [join(root, 'bin/callsign.js'), 'dev', ...argv, '--app', 'app.ts'], {
      cwd: folder.path,
      env: { ...process.env, PATH: cluster.path },
    });
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (out += text));
    await until('every pod has the source', () => /runs the local source \(\d files?\)/.test(out));
  };
  afterEach(async () => {
    if (child?.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const says = (line: string) => until(line, () => out.includes(line));

  test('copies saved files into the running pod, removes deleted files, and restarts the program', async () => {
    startPod('cart-1-aa');
    await follow('cart');

    folder.put('services/common/word.js', "module.exports = 'two';");
    await says('services/common/word.js → cart (1 pod, ');
    await says('cart-aa | says two');
    expect(readFileSync(cluster.file('cart-1-aa', 'common/word.js'), 'utf8')).toContain('two');

    folder.put('services/cart/deep/new.js', "module.exports = 'three';");
    folder.put('services/cart/main.js', PROGRAM("require('./deep/new.js')"));
    await says('cart-aa | says three');

    rmSync(join(folder.path, 'services/common/word.js'));
    await says('services/common/word.js → cart');
    await until('it is gone', () => !existsSync(cluster.file('cart-1-aa', 'common/word.js')));

    child!.kill('SIGINT');
    expect(await once(child!, 'exit')).toEqual([0, null]);
  });

  test('what breaks the program is fixed by the next change', async () => {
    startPod('cart-1-aa');
    await follow();
    folder.put('services/cart/main.js', 'this is no program');
    await says('cart-aa | live: the program ended with 1, and starts again with the next change');
    folder.put('services/cart/main.js', PROGRAM("'fixed'"));
    await says('cart-aa | says fixed');
    expect(cluster.calls().filter((call) => call.includes(' exec ') || call.startsWith('exec'))).toHaveLength(3);
  });

  test('copies the source into every pod, also into one that starts later from an older image', async () => {
    startPod('cart-1-aa');
    startPod('cart-1-bb');
    await follow('cart', '--context', 'kind-blog');
    expect(cluster.calls().every((call) => call.startsWith('--context kind-blog '))).toBe(true);
    await until('both have it', () => out.split('runs the local source').length === 3);
    cluster.end('cart-1-aa');
    folder.put('services/common/word.js', "module.exports = 'two';");
    await says('(1 pod, ');
    const image = join(folder.path, 'image-of-cart-1-bb');
    cluster.start('cart-1-cc', podOf('dev'), image);
    await says('cart-1-cc runs the local source (3 files)');
    expect(readFileSync(cluster.file('cart-1-cc', 'common/word.js'), 'utf8')).toContain('two');
  });

  test('--json prints each line as JSON', async () => {
    startPod('cart-1-aa');
    await follow('--json');
    await says('"from":"cart-aa","line":"says one"');
    child!.kill('SIGTERM');
    await once(child!, 'exit');
    expect(out).toContain('"event":"watching cart; ');
    expect(() => assertMatchesSchema(['dev', '--json'], out)).not.toThrow();
  });

  test('reports a changed file that needs a new image', async () => {
    startPod('cart-1-aa');
    await follow('cart');
    folder.put(
      'services/cart/Dockerfile',
      `${readFileSync(join(folder.path, 'services/cart/Dockerfile'), 'utf8')}# changed\n`,
    );
    await says('services/cart/Dockerfile needs a new image');
    expect(cluster.calls().filter((call) => call.startsWith('exec'))).toHaveLength(1);
  });
});

test('--once copies the source and exits', () => {
  startPod('cart-1-aa');
  folder.put('services/common/word.js', "module.exports = 'two';");
  expect(run('--once')).toEqual({ code: 0, out: 'cart-1-aa runs the local source\n', error: '' });
  expect(readFileSync(cluster.file('cart-1-aa', 'common/word.js'), 'utf8')).toContain('two');
});

test('--once --json prints what it did, or the problems', () => {
  const { code, out } = run('--once', '--json');
  expect([code, JSON.parse(out)]).toMatchObject([1, { problems: [{ code: 'live-not-running' }] }]);
  startPod('cart-1-aa');
  expect(JSON.parse(run('--once', '--json').out)).toEqual({
    time: expect.any(String),
    event: 'cart-1-aa runs the local source',
  });
});

test('pods that are missing or not live are a problem', () => {
  expect(run('--once')).toMatchObject({
    code: 1,
    out: expect.stringMatching(
      /cart {2}\[live-not-running\]\n {2}It has no running pod\.[^]*fix: [^\n]*apply --env dev\./,
    ),
  });
  startPod('cart-1-aa', 'prod');
  expect(run('cart')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/Its pods are not live\.\n[^]*got: cart-1-aa\n/),
  });
});

test('an error of kubectl is a problem', () => {
  const { code, out } = callsignProcess(['dev', '--app', 'app.ts'], { cwd: folder.path, env: { PATH: '/nowhere' } });
  expect([code, out]).toEqual([1, expect.stringContaining('kubectl cannot be run. Install it')]);
});

test.each([
  [['crt'], 'Unknown microservice: "crt". Did you mean cart?'],
  [['till'], 'till is not live in the environment dev. Set till: { live: true } there'],
  [['--env', 'prod'], 'No service is live in the environment prod.'],
  [['--env', 'live'], 'Unknown environment: "live".'],
])('dev %j exits with 2', (argv, message) => {
  expect(run(...argv)).toMatchObject({ code: 2, error: expect.stringContaining(message) });
});
