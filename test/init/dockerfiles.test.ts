import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsign, callsignProcess, temporaryFolder } from '../cli/run';
import { asNobody } from '../synth/as-nobody';
import { compile, filesIn, linkPackages } from './project';

jest.setTimeout(120_000);

const folder = temporaryFolder();

interface Summary {
  readonly kind: string;
  readonly name: string;
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly notes: readonly string[];
}

async function init(): Promise<Summary & { readonly chart: string }> {
  const { code, out, error } = await callsign(['init', folder.path, '--json']);
  expect([code, error]).toEqual([0, '']);
  return { ...(JSON.parse(out) as Summary), chart: readFileSync(join(folder.path, 'src/charts/app.ts'), 'utf8') };
}

/** The chart compiles, and its manifests have no problems. */
function expectNoProblems(): void {
  linkPackages(folder.path);
  expect(compile(folder.path)).toEqual({ status: 0, output: '' });
  expect(callsignProcess(['check', '--profile', 'hardened'], { cwd: folder.path })).toEqual({
    code: 0,
    out: expect.stringMatching(/^\d+ objects, no problems\n$/) as string,
    error: '',
  });
}

test('each Dockerfile becomes a microservice, and there are no example services', async () => {
  folder.put('web/Dockerfile', 'FROM nginx:1.29\nCOPY index.html /usr/share/nginx/html/\nEXPOSE 80 443\n');
  folder.put('web/index.html', '');
  folder.put('backend/api/Dockerfile', 'FROM node:24-slim\nCOPY main.js ./\nEXPOSE 3000/tcp\n');
  folder.put('backend/api/main.js', '');
  folder.put('backend/Event Bus/Dockerfile', 'FROM node:24-slim\nEXPOSE $PORT\n');
  folder.put('too/deep/for/Dockerfile', 'FROM node:24-slim\n');
  folder.put('node_modules/some/Dockerfile', 'FROM node:24-slim\n');
  folder.put('.devcontainer/Dockerfile', 'FROM node:24-slim\n');
  const before = filesIn(folder.path);
  const { kind, name, written, notes, chart } = await init();
  expect([kind, written.filter((path) => path.startsWith('services'))]).toEqual(['dockerfiles', []]);
  expect(written).toContain('src/charts/app.ts');
  expect(notes).toEqual([expect.stringContaining('Declare the calls in src/charts/app.ts')]);
  expect(chart.split('\n').filter((line) => line.includes('new Microservice('))).toHaveLength(3);
  const oneLine = chart.replaceAll(/\s+/g, ' ').replaceAll(', }', ' }');
  for (const text of [
    `Image.service('event-bus', { folder: 'backend/Event Bus', dockerfile: 'Dockerfile', repository: '${name}/event-bus' }), port: 8080,`,
    `Image.service('api', { folder: 'backend/api', dockerfile: 'Dockerfile', repository: '${name}/api' }), port: 3000,`,
    `Image.service('web', { folder: 'web', dockerfile: 'Dockerfile', repository: '${name}/web' }), port: 80,`,
    "this.parts = { 'event-bus': eventBus, api, web };",
    '// api.calls(eventBus);',
  ])
    expect(oneLine).toContain(text);
  expect(filesIn(folder.path)).toMatchObject(before);
  expectNoProblems();
});

test('the build context is the nearest folder that has what the Dockerfile copies', async () => {
  folder.put('services/shared/text.js', '');
  folder.put('services/shop/main.js', '');
  folder.put('services/shop/Dockerfile', 'FROM node:24-slim\nCOPY shared ./shared\nCOPY shop ./\n');
  folder.put('docker/web/Dockerfile', 'FROM node:24-slim\nCOPY docker/web/nginx.conf pages ./\n');
  folder.put('docker/web/nginx.conf', '');
  folder.put('pages/index.html', '');
  folder.put('lost/Dockerfile', 'FROM node:24-slim\nCOPY gone ./\n');
  const { name, chart, written } = await init();
  const oneLine = chart.replaceAll(/\s+/g, ' ').replaceAll(', }', ' }');
  for (const text of [
    `Image.service('shop', { folder: 'services', dockerfile: 'shop/Dockerfile', repository: '${name}/shop' })`,
    `Image.service('web', { folder: '.', dockerfile: 'docker/web/Dockerfile', repository: '${name}/web' })`,
    `Image.service('lost', { folder: 'lost', dockerfile: 'Dockerfile', repository: '${name}/lost' })`,
  ])
    expect(oneLine).toContain(text);
  expect(written).not.toContain('.dockerignore');
  expectNoProblems();
});

test('folders with the same name give different names', async () => {
  for (const path of ['web', 'a/web', 'b/web', 'await', '1st']) folder.put(`${path}/Dockerfile`, 'FROM node:24-slim\n');
  const { chart } = await init();
  expect([...chart.matchAll(/const (\w+) = new Microservice\(this, '([\w-]+)'/g)].map(([, ...names]) => names)).toEqual(
    [
      ['app1st', 'app-1st'],
      ['web', 'web'],
      ['awaitService', 'await'],
      ['bWeb', 'b-web'],
      ['web2', 'web-2'],
    ],
  );
  expectNoProblems();
});

test('a folder that cannot be read is skipped', async () => {
  folder.put('web/Dockerfile', 'FROM node:24-slim\n');
  mkdirSync(join(folder.path, 'data'), { mode: 0o000 });
  chmodSync(folder.path, 0o777);
  expect(await asNobody(() => init())).toMatchObject({ kind: 'dockerfiles' });
});

describe('the Dockerfile of the folder itself', () => {
  test('gets the name of the folder, and an ignore file that keeps its tag stable', async () => {
    folder.put('Dockerfile', 'FROM node:24-slim AS build\nEXPOSE 1\nFROM node:24-slim\nCOPY . .\nexpose 5000\n');
    folder.put('main.js', '');
    const { name, chart, written, notes } = await init();
    expect(chart).toMatch(new RegExp(`Image\\.service\\('${name}', \\{\\s*folder: '\\.',\\s*dockerfile: 'Dockerfile'`));
    expect(chart).toContain('port: 5000');
    expect(written).toContain('.dockerignore');
    expect(notes.join()).toContain('.dockerignore now excludes .callsign, .git, k8s-out, node_modules, src/charts');
    expectNoProblems();
    const synth = () => callsignProcess(['synth'], { cwd: folder.path });
    expect(synth().out).toContain('wrote k8s-out/');
    expect(synth().out).toContain('no changes');
  });

  test('keeps an ignore file, and reports what it lacks', async () => {
    folder.put('Dockerfile', 'FROM node:24-slim\nCOPY . .\n');
    folder.put('.dockerignore', '**/node_modules\n/.git/\n');
    const { kept, notes } = await init();
    expect(kept).toContain('.dockerignore');
    expect(notes.join()).toContain('Add .callsign, k8s-out, src/charts to .dockerignore');
    folder.put('.dockerignore', 'node_modules\n.git\n.callsign\n/k8s-out\nsrc/charts/\n');
    expect((await callsign(['init', folder.path])).out).not.toContain('Add ');
  });
});
