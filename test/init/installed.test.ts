import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage, linkPackages } from '../conformance/built-package';
import { filesIn, remove } from './project';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
let parent: string;
let project: string;

/** A new project in which `npm install` was run: with the built package, and the other packages of this checkout. */
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'callsign-new-'));
  project = join(parent, 'shop');
  const callsign = join(parent, 'callsign-k8s');
  buildPackage(callsign);
  linkPackages(join(parent, 'node_modules'));
  run(process.execPath, [join(callsign, 'bin/callsign.js'), 'init', 'shop'], parent);
  const bin = join(project, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  cpSync(callsign, join(project, 'node_modules/callsign-k8s'), { recursive: true });
  chmodSync(join(project, 'node_modules/callsign-k8s/bin/callsign.js'), 0o755);
  symlinkSync('../callsign-k8s/bin/callsign.js', join(bin, 'callsign'));
  symlinkSync(join(root, 'node_modules/typescript/bin/tsc'), join(bin, 'tsc'));
});

afterAll(() => remove(parent));

function run(program: string, args: readonly string[], cwd = project) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

test('the built package writes the same files as this checkout', () => {
  const other = join(parent, 'other/shop');
  run(process.execPath, [join(root, 'bin/callsign.js'), 'init', other], root);
  expect(filesIn(project)).toEqual(filesIn(other));
});

test('npm test passes, and fails after a change of the charts until npm run synth', () => {
  expect(run('npm', ['test'])).toMatchObject({ status: 0 });
  const app = join(project, 'src/charts/app.ts');
  const before = readFileSync(app, 'utf8');
  writeFileSync(app, before.replace("Image.service('clock'), replicas: 2", "Image.service('clock'), replicas: 3"));
  const { status, output } = run('npm', ['test']);
  expect([status, output]).toEqual([1, expect.stringMatching(/replicas: 3/)]);
  expect(run('npm', ['run', 'synth'])).toMatchObject({ status: 0 });
  expect(run('npm', ['test'])).toMatchObject({ status: 0 });
  writeFileSync(app, before.replace('replicas: 2', 'replicas: -1'));
  expect(run('npm', ['test']).output).toContain('[replicas-invalid]');
  writeFileSync(app, before.replace('replicas: 2', "replicas: 'two'"));
  expect(run('npm', ['test']).output).toContain('error TS');
  writeFileSync(app, before);
  remove(join(project, 'k8s-out'));
  expect(run('npm', ['test']).output).toContain('There are no manifests. Run npm run synth, and commit k8s-out.');
  expect(run('npm', ['run', 'synth'])).toMatchObject({ status: 0 });
});

test('npm run check finds no problem', () => {
  expect(run('npm', ['run', 'check'])).toEqual({ status: 0, output: expect.stringContaining('no problems') as string });
});

test('npm start runs the programs, and the gateway answers', () => {
  const ask = [
    'fetch(process.env.CALLSIGN_GATEWAY).then(async (r) => {',
    '  console.log(await r.text()); process.exit(r.ok ? 0 : 1); });',
  ].join(' ');
  writeFileSync(join(project, 'ask.cjs'), ask);
  const { status, output } = run('npm', ['start', '--', '--port', '0', '--check', 'node ask.cjs']);
  expect([status, output]).toEqual([0, expect.stringMatching(/Hello! It is \d{4}-/)]);
});

test('the workflow of the project calls scripts that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(Object.keys(scripts).toSorted()).toEqual(['check', 'start', 'synth', 'test']);
  const text = [
    readFileSync(join(project, '.github/workflows/ci.yaml'), 'utf8'),
    readFileSync(join(project, 'README.md'), 'utf8'),
  ].join('\n');
  for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  expect(text).toContain('run: npm test');
});
