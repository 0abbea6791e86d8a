import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { KubeObject } from '../../src/k8s/objects';
import { buildPackage, linkPackages } from './built-package';

let project: string;

/** A user's project with the compiled package of callsign and an unchanged cdk8s. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'callsign-user-'));
  buildPackage(join(project, 'node_modules/callsign-k8s'));
  linkPackages(join(project, 'node_modules'));
}, 60_000);

afterAll(() => rmSync(project, { recursive: true }));

const APP = `
const { App, Chart } = require('cdk8s');
const plus = require('cdk8s-plus-28');
const { Database, Image, Microservice } = require('callsign-k8s');

const app = new App({ outdir: 'out' });
const shop = new Chart(app, 'shop', { namespace: 'shop', labels: { team: 'blue' } });
const settings = new plus.ConfigMap(shop, 'settings', { metadata: { name: 'settings' }, data: { colour: 'green' } });
const search = new plus.Deployment(shop, 'search', { containers: [{ image: 'search:1', portNumber: 9200 }] });
const cart = new Microservice(shop, 'cart', {
  image: Image.of('shop/cart:1'), database: new Database(shop, 'orders'),
  volumes: { '/etc/settings': plus.Volume.fromConfigMap(shop, 'volume', settings) },
});
cart.calls(search.exposeViaService({ name: 'search', ports: [{ port: 80, targetPort: 9200 }] }));
new Microservice(shop, 'web', { image: Image.of('shop/web:1'), replicas: Number(process.env.COPIES ?? 2) }).calls(cart);
`;

function run(file: string, env: Record<string, string> = {}): string {
  return execFileSync(process.execPath, [file], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
}

test('the constructs work in any cdk8s app, next to objects of cdk8s-plus', () => {
  writeFileSync(join(project, 'main.js'), `${APP}app.synth();`);
  run('main.js');
  const objects = loadAll(readFileSync(join(project, 'out/shop.k8s.yaml'), 'utf8')) as KubeObject[];
  const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(names).toEqual(
    expect.arrayContaining([
      'Deployment cart',
      'Service cart',
      'StatefulSet orders',
      'ConfigMap settings',
      'Service search',
      'NetworkPolicy web',
    ]),
  );
  expect(objects.every(({ metadata }) => metadata.namespace === 'shop' && metadata.labels?.team === 'blue')).toBe(true);
  const cart = JSON.stringify(objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'cart'));
  for (const part of ['"value":"http://search"', '"value":"orders"', '"configMap":{"name":"settings"}', 'config-hash'])
    expect(cart).toContain(part);
});

test('plain cdk8s rejects a broken app with our message, and writes nothing', () => {
  writeFileSync(join(project, 'broken.js'), `${APP.replace("outdir: 'out'", "outdir: 'broken'")}app.synth();`);
  expect(() => run('broken.js', { COPIES: '-1' })).toThrow(/\[replicas-invalid\][^]*broken\.js:\d+/);
  expect(readdirSync(join(project, 'broken'))).toEqual([]);
});

test('the installed command synthesizes and checks that app, and reports its lines', () => {
  writeFileSync(join(project, 'exported.js'), `${APP}module.exports = app;`);
  const callsign = join('node_modules/callsign-k8s/bin/callsign.js');
  const all = (args: string[], env = {}) =>
    execFileSync(process.execPath, [callsign, ...args, '--app', 'exported.js'], {
      cwd: project,
      encoding: 'utf8',
      stdio: 'pipe',
      env: { ...process.env, ...env },
    });
  expect(all(['synth', '--out', 'k8s'])).toMatch(/wrote k8s\/shop\.k8s\.yaml/);
  expect(load(readFileSync(join(project, 'k8s/shop.k8s.yaml'), 'utf8').split('---\n')[1]!)).toMatchObject({
    kind: 'NetworkPolicy',
  });
  expect(all(['graph'])).toContain('flowchart LR');
  const failed = (() => {
    try {
      return all(['synth'], { COPIES: '0.5' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  })();
  expect(failed).toMatch(/exported\.js:\d+:\d+ {2}shop\/web · replicas {2}\[replicas-invalid\]/);
});

test('a static site finds its server in the package', () => {
  mkdirSync(join(project, 'page'));
  writeFileSync(join(project, 'page/index.html'), '<title>Shop</title>');
  writeFileSync(
    join(project, 'site.js'),
    `${APP}const { StaticSite } = require('callsign-k8s');\nconst { source } = new StaticSite(shop, 'page', { folder: 'page' }).image;\napp.synth();\nconsole.log(source.dockerfile);`,
  );
  expect(existsSync(run('site.js').trim())).toBe(true);
});
