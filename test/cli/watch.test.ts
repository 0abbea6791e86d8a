import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, callsign, temporaryFolder } from './run';

const root = join(__dirname, '../..');
const folder = temporaryFolder();
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

/** A chart with one microservice. `image` and `more` are its code. */
const chart = (image: string, more = '') => `
const { Chart } = require('cdk8s');
const { Image, Microservice, Namespace, defineApp } = require(${JSON.stringify(join(root, 'src/index'))});
const { replicas } = require('./parts/replicas');
${more}
module.exports = defineApp((app) => {
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(chart, 'shop');
  new Microservice(chart, 'web', { image: Image.of('${image}'), replicas });
});
`;
const REPLICAS = 'exports.replicas = 2;\n';

/** Starts the command in a new process, and waits for its reports. */
async function watching() {
  folder.put('parts/replicas.js', REPLICAS);
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
  const file = folder.put('app.js', chart('shop/web:1'));
  const out = join(folder.path, 'out');
  const reports: string[] = [];
  let text = '';
  const waiting: ((report: string) => void)[] = [];
  child = spawn(
    process.execPath,
    [join(root, 'bin/callsign.js'), 'synth', '--app', 'app.js', '--out', 'out', '--watch'],
    {
      cwd: folder.path,
    },
  );
  let errors = '';
  child.stderr!.on('data', (data: Buffer) => (errors += String(data)));
  child.stdout!.on('data', (data: Buffer) => {
    text += String(data);
    for (;;) {
      const end = /^Watching for changes.*\n/m.exec(text);
      if (!end) return;
      const report = text.slice(0, end.index + end[0].length);
      text = text.slice(report.length);
      const wake = waiting.shift();
      if (wake) wake(report);
      else reports.push(report);
    }
  });
  const next = () =>
    new Promise<string>((resolve) => {
      const report = reports.shift();
      if (report === undefined) waiting.push(resolve);
      else resolve(report);
    });
  return {
    file,
    next,
    /** What was printed and not read yet. */
    unread: () => ({ reports, errors }),
    manifests: () => readFileSync(join(out, 'shop.k8s.yaml'), 'utf8'),
    ended: () => new Promise<number | null>((resolve) => child!.once('exit', (code) => resolve(code))),
  };
}

test('writes after each change, and reports only what is new', async () => {
  const { file, next, unread, manifests, ended } = await watching();
  expect(await next()).toMatch(/^Synthesizing: start\nwrote out\/00-namespaces.k8s.yaml\nwrote out\/shop.k8s.yaml\n/);
  expect(manifests()).toContain('image: shop/web:1\n');

  // A comment changes no manifest, and a file in the folder of the manifests is not looked at. The next report is about
  // the image.
  writeFileSync(file, chart('shop/web:1', '// A comment.'));
  writeFileSync(join(folder.path, 'out/notes.txt'), 'a note');
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(file, chart('shop/web:2'));
  expect(await next()).toMatch(/^Synthesizing: app.js\nwrote out\/shop.k8s.yaml\n/);
  expect(manifests()).toContain('image: shop/web:2\n');

  // A module that the chart imports, in another folder.
  writeFileSync(join(folder.path, 'parts/replicas.js'), 'exports.replicas = 3;\n');
  expect(await next()).toMatch(/^Synthesizing: parts\/replicas.js\n/);
  expect(manifests()).toContain('replicas: 3\n');

  child!.kill('SIGINT');
  expect([await ended(), unread()]).toEqual([0, { reports: [], errors: '' }]);
});

test('survives charts that cannot be loaded, and leaves the manifests as they were', async () => {
  const { file, next, unread, manifests } = await watching();
  await next();
  const before = manifests();

  writeFileSync(file, chart('shop/web:1', 'const = 1;'));
  expect(await next()).toMatch(/^Synthesizing: app.js\napp.js:5 {2}\[synthesis-failed\]\n/);
  writeFileSync(file, chart('shop/web:1', 'undefined.x;'));
  expect(await next()).toMatch(/\n {2}Cannot read properties of undefined \(reading 'x'\)\n/);
  // The same problem is not reported again. The next report is about the wrong option.
  writeFileSync(file, `${chart('shop/web:1', 'undefined.x;')}// Still wrong.`);
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(file, chart('shop/web'));
  expect(await next()).toContain('[image-unpinned]');
  renameSync(file, join(folder.path, 'moved.js'));
  expect(await next()).toContain('File not found: app.js.');
  expect(manifests()).toBe(before);

  renameSync(join(folder.path, 'moved.js'), file);
  expect(await next()).toContain('[image-unpinned]');
  writeFileSync(file, chart('shop/web:1'));
  expect(await next()).toMatch(/^Synthesizing: app.js\nout contains 7 objects in 2 files; no changes\n/);
  expect(unread()).toEqual({ reports: [], errors: '' });
});

test('follows folders that are removed and made again', async () => {
  const { next, manifests } = await watching();
  await next();
  const parts = join(folder.path, 'parts');
  rmSync(parts, { recursive: true });
  expect(await next()).toMatch(/^Synthesizing: parts(, parts\/replicas.js)?\napp.js:4 {2}\[synthesis-failed\]\n/);
  mkdirSync(parts);
  writeFileSync(join(parts, 'replicas.js'), REPLICAS);
  expect(await next()).toContain('no changes');
  writeFileSync(join(parts, 'replicas.js'), 'exports.replicas = 4;\n');
  await next();
  expect(manifests()).toContain('replicas: 4\n');
});

test.each([
  [['--json'], '--watch and --json exclude each other'],
  [['--compare', 'prod'], '--compare and --watch exclude each other'],
  [['--explain', 'web.replicas'], '--explain and --watch exclude each other'],
  [['--app', 'missing.ts'], 'File not found: missing.ts'],
])('--watch with %j is a wrong command line', async (more, message) => {
  const { code, error } = await callsign(['synth', '--app', app('shop.ts'), '--watch', ...more]);
  expect([code, error]).toEqual([2, expect.stringContaining(message)]);
});
