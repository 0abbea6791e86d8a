import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** Makes `callsign-k8s` of this checkout importable in a project, for charts that run with a loader for TypeScript. */
export function linkPackages(project: string): void {
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, 'callsign-k8s'), { recursive: true });
  for (const name of ['cdk8s', 'cdk8s-plus-28', 'constructs', '@types', '@kubernetes'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  const index = JSON.stringify(join(root, 'src/index.ts'));
  writeFileSync(join(modules, 'callsign-k8s/index.js'), `module.exports = require(${index});`);
}

/** Runs the compiler of this checkout with the options of a project. Returns its output and its exit code. */
export function compile(project: string): { readonly status: number | null; readonly output: string } {
  const config = join(project, 'tsconfig.test.json');
  const compilerOptions = { paths: { 'callsign-k8s': [join(root, 'src/index.ts')] }, rootDir: '/' };
  writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: ['src/charts'] }));
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', config],
    {
      encoding: 'utf8',
    },
  );
  rmSync(config);
  return { status, output: stdout };
}

/** The files of a project by path, without its packages. */
export function filesIn(project: string): Record<string, string> {
  const names = readdirSync(project, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(project.length + 1))
    .filter((name) => !name.startsWith('node_modules'))
    .toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(project, name), 'utf8')]));
}

/** Removes a folder of a test. */
export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
