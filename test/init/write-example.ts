// Writes the manifests of the example project: `npm run example`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkPackages, remove } from './project';

const root = join(__dirname, '../..');
const example = join(root, 'templates/example');
const project = mkdtempSync(join(tmpdir(), 'callsign-example-'));
try {
  for (const name of ['src', 'services']) cpSync(join(example, name), join(project, name), { recursive: true });
  linkPackages(project);
  const command = [join(root, 'bin/callsign.js'), 'synth', '--out', join(example, 'k8s-out')];
  execFileSync(process.execPath, command, { cwd: project, stdio: 'inherit' });
} finally {
  remove(project);
}
