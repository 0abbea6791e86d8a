import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './blog';
import { must } from './command';
import { holds } from './promise';

/** A copy of the project for edits. The project itself is never changed. */
export class ProjectCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'callsign-e2e-'));
  readonly manifests = join(this.folder, 'k8s-out');

  /** With `services`, their sources can be edited too. Otherwise they are only read, for the tags of their images. */
  constructor({ services = false } = {}) {
    for (const name of ['src', 'bin', 'static-site', 'examples', 'package.json', 'tsconfig.json'])
      cpSync(join(PROJECT, name), join(this.folder, name), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(this.folder, 'node_modules'));
    const [from, to] = [join(PROJECT, 'services'), join(this.folder, 'services')];
    if (services) cpSync(from, to, { recursive: true, filter: (path) => !path.includes('node_modules') });
    else symlinkSync(from, to);
  }

  /** Edits one place of a file. */
  edit(file: string, from: string, to: string): void {
    const path = join(this.folder, file);
    const text = readFileSync(path, 'utf8');
    holds(text.split(from).length === 2, `${file} holds "${from}" once`);
    writeFileSync(path, text.replace(from, to));
  }

  /** Runs `npm run synth` and returns the folder of manifests. */
  async synth(signal?: AbortSignal): Promise<string> {
    await must('npm', ['run', '--silent', 'synth'], { cwd: this.folder, signal, timeoutMs: 120_000 });
    return this.manifests;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
