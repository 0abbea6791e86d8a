// What can be tried of a release without GitHub and npm: the script, and the commands of the workflow with their tools replaced.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '../..');
const PACKAGES = ['.', 'create'].filter((folder) => existsSync(join(root, folder, 'package.json')));

interface Manifest {
  readonly name: string;
  readonly version: string;
}
const json = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
const { version } = json(join(root, 'package.json'));

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-release-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, text: string, mode = 0o644) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
  chmodSync(join(folder, file), mode);
};
const changelog = (unreleased: string, ...versions: string[]) =>
  [
    '# Changelog\n\n## [Unreleased]\n',
    unreleased,
    ...versions.map((name) => `## [${name}] - 2026-01-01\n\nThe changes of ${name}.\n`),
  ].join('\n');

/** A repository with both packages, at version 1.4.2 or the given one. */
function project(unreleased: string, at = '1.4.2'): void {
  cpSync(join(root, 'scripts/release.mjs'), join(folder, 'scripts/release.mjs'));
  for (const [path, name] of [
    ['', 'callsign-k8s'],
    ['create/', 'create-callsign-k8s'],
  ] as const) {
    const packages = { '': { name, version: at } };
    write(`${path}package.json`, `${JSON.stringify({ name, version: at, scripts: scripts(path) }, undefined, 2)}\n`);
    if (path === '') write('package-lock.json', JSON.stringify({ name, version: at, lockfileVersion: 3, packages }));
  }
  write('CHANGELOG.md', changelog(unreleased, at, '0.1.0'));
}
const scripts = (path: string) => (path === '' ? { release: 'node scripts/release.mjs' } : {});
const script = (...args: string[]) =>
  execFileSync(process.execPath, ['scripts/release.mjs', ...args], { cwd: folder, encoding: 'utf8' });

describe('the current version', () => {
  test('is the same in both packages and in the lock file, and the changelog describes it', () => {
    for (const path of PACKAGES)
      expect([path, json(join(root, path, 'package.json')).version]).toEqual([path, version]);
    expect(json(join(root, 'package-lock.json')).version).toBe(version);
    const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
    expect(text).toMatch(/^## \[Unreleased\]$/m);
    expect(text).toMatch(new RegExp(`^## \\[${version}\\] - \\d{4}-\\d\\d-\\d\\d$`, 'm'));
  });

  test.each(PACKAGES)('npm would publish %s, and corrects nothing in its package.json', (path) => {
    const args = ['publish', '--dry-run', '--ignore-scripts', '--offline', '--provenance', '--access', 'public'];
    const { status, stderr } = spawnSync('npm', args, { cwd: join(root, path), encoding: 'utf8' });
    expect([stderr, status]).toEqual([expect.not.stringMatching(/auto-?corrected|errors corrected/), 0]);
  });
});

describe('npm run release', () => {
  test.each([
    ['1.4.2', '### Fixed\n\n- A.\n', '1.4.3'],
    ['1.4.2', '### Security\n\n- A.\n\n### Fixed\n\n- B.\n', '1.4.3'],
    ['1.4.2', '### Fixed\n\n- A.\n\n### Changed\n\n- B.\n', '1.5.0'],
    ['1.4.2', '### Added\n\n- A.\n', '1.5.0'],
    ['1.4.2', '### Changed\n\n- **Breaking:** A.\n', '2.0.0'],
    ['0.4.2', '### Fixed\n\n- **Breaking:** A.\n', '0.5.0'],
  ])('%s with %j becomes %s', (from, unreleased, to) => {
    project(unreleased, from);
    expect(script()).toBe(`${to}\n`);
    for (const file of ['package.json', 'package-lock.json', 'create/package.json'])
      expect([file, json(join(folder, file)).version]).toEqual([file, to]);
    const today = new Date().toISOString().slice(0, 10);
    expect(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8')).toBe(
      changelog(`## [${to}] - ${today}\n\n${unreleased}`, from, '0.1.0'),
    );
    expect(script('--notes')).toBe(unreleased);
    // Nothing is unreleased any more.
    expect(script()).toBe('');
  });

  test('changes nothing but the version in our own files', () => {
    for (const file of ['package.json', 'package-lock.json', 'CHANGELOG.md', 'scripts/release.mjs'])
      cpSync(join(root, file), join(folder, file));
    const next = script().trim() || version;
    for (const file of ['package.json', 'package-lock.json']) {
      const before = readFileSync(join(root, file), 'utf8').split('\n');
      const after = readFileSync(join(folder, file), 'utf8').split('\n');
      expect(after.length).toBe(before.length);
      for (const [i, line] of after.entries())
        if (line !== before[i]) expect(line.trim()).toBe(`"version": "${next}",`);
    }
  });
});

describe('the workflow of releases', () => {
  interface Job {
    readonly needs?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly steps: readonly { readonly name?: string; readonly run?: string }[];
  }
  const read = (name: string) => readFileSync(join(root, '.github/workflows', name), 'utf8');
  const { jobs } = parse(read('release.yaml')) as { jobs: Readonly<Record<'propose' | 'test' | 'publish', Job>> };

  test('tests before it publishes, and only the job that publishes can', () => {
    expect(jobs.test.steps.flatMap(({ run }) => run ?? [])).toEqual([
      'npm ci',
      'npm test',
      'npm run test:programs',
      'npm run test:package',
    ]);
    expect([jobs.test.needs, jobs.publish.needs]).toEqual(['propose', 'test']);
    expect(jobs.test.permissions).toBeUndefined();
    expect(Object.entries(jobs).flatMap(([name, job]) => (job.permissions?.['id-token'] ? [name] : []))).toEqual([
      'publish',
    ]);
    expect(read('release.yaml')).not.toContain('secrets.');
  });

  test('starts a workflow that can be started', () => {
    const [, name = ''] = /gh workflow run (\S+)/.exec(read('release.yaml')) ?? [];
    expect((parse(read(name)) as { on: object }).on).toHaveProperty('workflow_dispatch');
  });

  /** Runs the commands of a step, and returns what it wrote for later steps. */
  function step(job: Job, name: string, env: Readonly<Record<string, string>> = {}): Record<string, string> {
    const run = job.steps.find((each) => each.name?.startsWith(name))!.run!;
    const output = join(folder, 'tools/output');
    write('tools/output', '');
    execFileSync('bash', ['-eo', 'pipefail', '-c', run], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: `${join(folder, 'tools')}:${process.env['PATH']}`,
        HOME: folder,
        GITHUB_OUTPUT: output,
        GITHUB_REPOSITORY: 'shop/callsign',
        GITHUB_SHA: 'HEAD',
        GITHUB_WORKSPACE: folder,
        RUNNER_TEMP: join(folder, 'tools'),
        ...env,
      },
    });
    const lines = readFileSync(output, 'utf8').trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
  }

  /** Replaces a program by one that records its arguments and runs these commands. */
  const replace = (program: string, commands: string) =>
    write(
      `tools/${program}`,
      `#!/bin/bash\necho "$(basename "$PWD"): $*" >> '${folder}/tools/${program}.log'\n${commands}\n`,
      0o755,
    );
  const calls = (program: string) =>
    readFileSync(join(folder, `tools/${program}.log`), 'utf8')
      .replaceAll(folder, '')
      .trim()
      .split('\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });

  test('opens a pull request, updates it, and publishes after the merge', () => {
    project('### Added\n\n- A.\n');
    write('.gitignore', 'tools\norigin\n');
    replace('gh', 'if [ "$2" = list ]; then cat tools/open; fi');
    write('tools/open', '0');
    git('init', '--quiet', '--bare', 'origin');
    git('init', '--quiet', '--initial-branch', 'main');
    git('remote', 'add', 'origin', 'origin');
    git('add', '.');
    git('commit', '--quiet', '--message', 'A');

    for (const open of ['0', '1']) {
      git('checkout', '--quiet', '-B', 'work', 'main');
      write('tools/open', open);
      expect(step(jobs.propose, 'Move')).toEqual({ version: '1.5.0' });
      step(jobs.propose, 'Open', { TITLE: 'Release 1.5.0' });
      git('checkout', '--quiet', 'work');
      git('branch', '--quiet', '--move', '--force', 'release', 'merged');
    }
    expect(git('log', '--format=%s', 'merged').trim().split('\n')).toEqual(['Release 1.5.0', 'A']);
    expect(git('ls-remote', 'origin', 'refs/heads/release')).toContain(git('rev-parse', 'merged').trim());
    const folderName = folder.split('/').at(-1)!;
    expect(calls('gh').map((call) => call.replace(`${folderName}: `, '').replace(/ --title.*| --state.*/, ''))).toEqual(
      [
        'pr list --head release',
        'pr create --base main --head release',
        'workflow run ci.yaml --ref release',
        'pr list --head release',
        'pr edit release',
        'workflow run ci.yaml --ref release',
      ],
    );

    git('checkout', '--quiet', 'merged');
    expect(step(jobs.propose, 'Move')).toEqual({ version: '' });
    expect(step(jobs.propose, 'Look')).toEqual({ publish: 'true' });
    git('push', '--quiet', 'origin', 'HEAD:refs/tags/v1.5.0');
    expect(step(jobs.propose, 'Look')).not.toHaveProperty('publish');
  }, 60_000);

  test('publishes both packages from this repository, except one that is published, and tags the version', () => {
    project('');
    replace(
      'npm',
      'if [ "$1 $2" = "view callsign-k8s@1.4.2" ]; then cat ../tools/published tools/published; fi 2> /dev/null || true',
    );
    write('tools/published', '');
    step(jobs.publish, 'Publish');
    const publish = [
      'pkg set repository.type=git repository.url=git+https://github.com/shop/callsign.git',
      'publish --provenance --access public',
    ];
    const here = folder.split('/').at(-1)!;
    expect(calls('npm')).toEqual([
      ...['view callsign-k8s@1.4.2 version', ...publish].map((call) => `${here}: ${call}`),
      ...['view create-callsign-k8s@1.4.2 version', ...publish].map((call) => `create: ${call}`),
    ]);

    rmSync(join(folder, 'tools/npm.log'));
    write('tools/published', '1.4.2');
    step(jobs.publish, 'Publish');
    expect(calls('npm').filter((call) => call.includes('publish --'))).toEqual([`create: ${publish[1]}`]);

    rmSync(join(folder, 'tools/npm'));
    replace('gh', '');
    step(jobs.publish, 'Tag');
    expect(calls('gh')).toEqual([
      `${here}: release create v1.4.2 --target HEAD --title 1.4.2 --notes-file /tools/notes.md`,
    ]);
    expect(readFileSync(join(folder, 'tools/notes.md'), 'utf8')).toBe('The changes of 1.4.2.\n');
  }, 60_000);
});
