import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import { loadAll } from 'js-yaml';
import { callsignProcess, temporaryFolder } from '../cli/run';
import { useFakeCluster } from './fake-cluster';

// Each waits for processes, on a machine that may be busy.
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

/** The pod as the manifests of an environment have it. */
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

/** Starts a pod from the sources as they are: its image. */
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

describe('dev follows the source of a service', () => {
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
    await until('every pod has the source', () => /runs the \d files? of this machine/.test(out));
  };
  afterEach(async () => {
    if (child?.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const says = (line: string) => until(line, () => out.includes(line));

  test('a saved file is in the running pod, which starts the program again; new and removed files too', async () => {
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

  test('every pod gets it, also one that starts later from an older image', async () => {
    startPod('cart-1-aa');
    startPod('cart-1-bb');
    await follow('cart', '--context', 'kind-blog');
    expect(cluster.calls().every((call) => call.startsWith('--context kind-blog '))).toBe(true);
    await until('both have it', () => out.split('of this machine').length === 3);
    cluster.end('cart-1-aa');
    folder.put('services/common/word.js', "module.exports = 'two';");
    await says('(1 pod, ');
    const image = join(folder.path, 'image-of-cart-1-bb');
    cluster.start('cart-1-cc', podOf('dev'), image);
    await says('cart-1-cc runs the 3 files of this machine');
    expect(readFileSync(cluster.file('cart-1-cc', 'common/word.js'), 'utf8')).toContain('two');
  });

  test('what only a build takes into the image is told', async () => {
    startPod('cart-1-aa');
    await follow('cart');
    folder.put(
      'services/cart/Dockerfile',
      `${readFileSync(join(folder.path, 'services/cart/Dockerfile'), 'utf8')}# changed\n`,
    );
    await says('services/cart/Dockerfile gets into the image only when it is built');
    expect(cluster.calls().filter((call) => call.startsWith('exec'))).toHaveLength(1);
  });
});

test('--once brings the source there, and ends', () => {
  startPod('cart-1-aa');
  folder.put('services/common/word.js', "module.exports = 'two';");
  expect(run('--once')).toEqual({ code: 0, out: 'cart-1-aa runs the source of this machine\n', error: '' });
  expect(readFileSync(cluster.file('cart-1-aa', 'common/word.js'), 'utf8')).toContain('two');
});

test('pods that are not live, or are not there, are told', () => {
  expect(run('--once')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/cart {2}\[live-not-running\]\n {2}No pod of it runs\.[^]*fix: [^\n]*synth --env dev/),
  });
  startPod('cart-1-aa', 'prod');
  expect(run('cart')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/Its pods run the image as it is\.\n[^]*got: cart-1-aa\n/),
  });
});

test('what kubectl says is told', () => {
  const { code, out } = callsignProcess(['dev', '--app', 'app.ts'], { cwd: folder.path, env: { PATH: '/nowhere' } });
  expect([code, out]).toEqual([1, expect.stringContaining('The command kubectl cannot be run. Install it')]);
});

test.each([
  [['crt'], 'There is no microservice "crt". Did you mean cart?'],
  [['till'], 'till is not live in the environment dev. Write till: { live: true } there'],
  [['--env', 'prod'], 'Nothing is live in the environment prod.'],
  [['--env', 'live'], 'There is no environment "live".'],
])('dev %j ends with 2', (argv, message) => {
  expect(run(...argv)).toMatchObject({ code: 2, error: expect.stringContaining(message) });
});
