import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const INSTALL = ['install', '--no-audit', '--no-fund', '--loglevel=error'];

/** The chart of the benchmark: each microservice calls the next one. */
const CHART = `import { Chart } from 'cdk8s';
import { defineApp, Image, Microservice } from 'callsign-k8s';

export default defineApp((app) => {
  const chart = new Chart(app, 'bench', { namespace: 'bench' });
  const image = Image.of('bench/service:1');
  const all = Array.from({ length: Number(process.env.SIZE) }, (_, i) => new Microservice(chart, \`s\${i}\`, { image }));
  for (const [i, callee] of all.slice(1).entries()) all[i]!.calls(callee);
});
`;

/** Installs the packed library and the peers in a folder, as a user does, and adds the programs of apps/. */
export function makeProject(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const tarball = join(folder, packed.trim().split('\n').at(-1)!);
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "type": "commonjs" }');
  execFileSync('npm', [...INSTALL, tarball, 'cdk8s', 'cdk8s-plus-28', 'constructs'], { cwd: folder, stdio: 'inherit' });
  cpSync(join(__dirname, 'apps'), folder, { recursive: true });
  writeFileSync(join(folder, 'callsign.ts'), CHART);
}

/** The program of a major version of Node.js: this one, or one from npm. */
export function nodeOf(major: string, folder: string): string {
  if (process.versions.node.split('.')[0] === major) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  execFileSync('npm', [...INSTALL, `${name}@${major}`], { cwd: folder, stdio: 'inherit' });
  return join(folder, 'node_modules', name, 'bin/node');
}
