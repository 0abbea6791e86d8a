import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** A copy of the project, so that its sources can be edited, and its data deleted. */
export class BenchProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'callsign-bench-'));

  constructor() {
    const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    for (const file of files.split('\n').filter(Boolean)) cpSync(join(ROOT, file), join(this.folder, file));
    for (const name of ['node_modules', 'services/node_modules'])
      symlinkSync(join(ROOT, name), join(this.folder, name));
  }

  resetData(): void {
    rmSync(join(this.folder, '.callsign'), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
