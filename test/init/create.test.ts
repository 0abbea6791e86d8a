import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../cli/run';
import { filesIn } from './project';

jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const folder = temporaryFolder();
const read = (name: string) => readFileSync(join(root, name), 'utf8');

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

test('create-callsign-k8s has the version of callsign-k8s, and depends on exactly it', () => {
  const [own, main] = ['create/package.json', 'package.json'].map((name) => JSON.parse(read(name)) as Manifest);
  const { version, license, engines } = main!;
  expect(own).toMatchObject({ version, license, engines, dependencies: { 'callsign-k8s': version } });
  expect(read('create/LICENSE')).toBe(read('LICENSE'));
});

test('it writes the same project as callsign init', () => {
  const modules = join(folder.path, 'node_modules');
  mkdirSync(modules);
  cpSync(join(root, 'create'), join(modules, 'create-callsign-k8s'), { recursive: true });
  symlinkSync(root, join(modules, 'callsign-k8s'));
  const run = (program: string, ...args: string[]) =>
    spawnSync(process.execPath, [program, ...args], { cwd: folder.path, encoding: 'utf8' });
  expect(run(join(modules, 'create-callsign-k8s/create.js'), 'a/shop')).toMatchObject({ status: 0, stderr: '' });
  expect(run(join(root, 'bin/callsign.js'), 'init', 'b/shop')).toMatchObject({ status: 0 });
  expect(filesIn(join(folder.path, 'a/shop'))).toEqual(filesIn(join(folder.path, 'b/shop')));
});
