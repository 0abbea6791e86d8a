import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

test('`cdk8s synth` with our cdk8s.yaml writes the same files as `npm run synth`', () => {
  const folder = mkdtempSync(join(tmpdir(), 'callsign-cdk8s-'));
  try {
    execFileSync(
      process.execPath,
      [
        join(root, 'node_modules/cdk8s-cli/bin/cdk8s'),
        'synth',
        '--check-upgrade=false',
        '--output',
        join(folder, 'theirs'),
      ],
      { cwd: root, stdio: 'pipe' },
    );
    execFileSync(process.execPath, [join(root, 'bin/callsign.js'), 'synth', '--out', join(folder, 'ours')], {
      cwd: root,
      stdio: 'pipe',
    });
    const contents = (name: string) =>
      Object.fromEntries(
        readdirSync(join(folder, name)).map((file) => [file, readFileSync(join(folder, name, file), 'utf8')]),
      );
    expect(Object.keys(contents('theirs')).length).toBeGreaterThan(1);
    expect(contents('theirs')).toEqual(contents('ours'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
