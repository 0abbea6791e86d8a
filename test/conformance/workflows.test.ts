import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/main';

const root = join(__dirname, '../..');
const folder = join(root, '.github/workflows');

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly needs?: string;
        readonly 'timeout-minutes'?: number;
        readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
      }
    >
  >;
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const workflows = readdirSync(folder).map(
  (name) => [name, parse(readFileSync(join(folder, name), 'utf8')) as Workflow] as const,
);

test.each(workflows)('%s calls existing scripts and options, and has time limits', (_, { jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const lines = steps.flatMap(({ run = '' }) => [...run.matchAll(/npm run ([\w:-]+)(?: -- (.*))?/g)]);
  expect(lines.length).toBeGreaterThan(0);
  for (const [, script = '', rest = ''] of lines) {
    expect(Object.keys(scripts)).toContain(script);
    const [, command] = /callsign\.js (\w+)/.exec(scripts[script]!) ?? [];
    for (const [, option] of command ? rest.matchAll(/--([a-z-]+)/g) : [])
      expect(Object.keys(COMMANDS[command!]!.options)).toContain(option);
  }
  expect(
    Object.entries(jobs)
      .filter(([, job]) => job['timeout-minutes'] === undefined)
      .map(([name]) => name),
  ).toEqual([]);
  expect(
    Object.values(jobs)
      .flatMap(({ needs }) => needs ?? [])
      .filter((name) => jobs[name] === undefined),
  ).toEqual([]);
  expect(steps.flatMap(({ uses }) => uses ?? []).filter((action) => !/@v\d+$/.test(action))).toEqual([]);
});

interface Update {
  readonly 'package-ecosystem': string;
  readonly directory?: string;
  readonly directories?: readonly string[];
  readonly ignore?: readonly { readonly 'dependency-name': string; readonly 'update-types'?: readonly string[] }[];
}

describe('dependency updates', () => {
  const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8')) as { updates: Update[] };
  const npm = updates.filter((update) => update['package-ecosystem'] === 'npm');

  test.each(npm.map((update) => [update.directory!, update] as const))(
    'ignore exactly the packages of %s with exact versions',
    (directory, { ignore = [] }) => {
      const manifest = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8')) as Partial<
        Record<'dependencies' | 'devDependencies' | 'overrides', Readonly<Record<string, unknown>>>
      >;
      const versions = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.overrides };
      const pinned = Object.keys(versions).filter(
        (name) => typeof versions[name] === 'string' && /^\d/.test(versions[name]),
      );
      const ignored = ignore.filter((entry) => entry['update-types'] === undefined);
      expect(ignored.map((entry) => entry['dependency-name']).toSorted()).toEqual(pinned.toSorted());
    },
  );

  test('cover every package and every Dockerfile that we ship', () => {
    expect(npm.map(({ directory }) => directory)).toEqual(['/', '/services']);
    const folders = ['services', 'static-site', 'templates/example/services'].flatMap((parent) => [
      parent,
      ...readdirSync(join(root, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${parent}/${name}`),
    ]);
    const shipped = ['', ...folders]
      .filter((name) => existsSync(join(root, name, 'Dockerfile')))
      .map((name) => `/${name}`);
    const docker = updates.find((update) => update['package-ecosystem'] === 'docker');
    expect(docker?.directories).toEqual(shipped.toSorted());
  });
});
