import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Data flows one way: a folder imports folders that come before it in its list, and itself. The key is the folder that
 * holds the list; files directly in that folder may import all of its subfolders.
 */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  src: [
    'basics',
    'problems',
    'k8s',
    'images',
    'links',
    'constructs',
    'settings',
    'synth',
    'changes',
    'check',
    'crds',
    'connectivity',
    'compose',
    'init',
    'cluster',
    'doctor',
    'live',
    'local',
    'cli',
  ],
  'src/constructs': [
    'shared',
    'custom',
    'volume',
    'namespace',
    'outside',
    'database',
    'event-log',
    'program',
    'caller',
    'microservice',
    'task',
    'site',
    'gateway',
  ],
  'src/check': ['schema', 'read', 'world', 'secrets', 'rules', 'requirements'],
  'src/cluster': ['connection', 'fields', 'release', 'prune', 'plan', 'apply', 'wait', 'rollout', 'operate'],
  'src/local': ['storage', 'faults', 'traces', 'network', 'model', 'run', 'docker', 'database', 'dashboard'],
  'src/compose': ['load', 'plan', 'analyze', 'write'],
};
/** The blog and the examples. They use the library as a user does, so they are not part of the order. */
const PROGRAMS = new Set(['charts']);
/** Packages that are too heavy to load. Type imports load nothing, so they are allowed. */
const TYPES_ONLY = new Set(['@kubernetes/client-node', 'cdk8s-plus-28']);

const root = join(__dirname, '../..');
const src = join(root, 'src');

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsBelow(folder: string): Import[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[tj]s$/.test(name) && !name.includes('node_modules'))
    .flatMap((name) => importsOf(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}

function importsOf(file: string, text: string): Import[] {
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|(?:import|require)\(\s*'([^']+)'\s*\)/g,
  );
  return [...statements].map(([, type, from, call]) => ({
    file,
    target: (from ?? call)!,
    typeOnly: type !== undefined,
  }));
}

const isRelative = ({ target }: Import) => target.startsWith('.');
/** The file that a relative import names, from the top of the repository, without its ending. */
function targetOf({ file, target }: Import): string {
  const path = join(dirname(file), target);
  return relative(root, existsSync(join(path, 'index.ts')) ? join(path, 'index') : path);
}
const named = (file: string) => relative(root, file).replace(/\.[cm]?[tj]s$/, '');

type Edge = readonly [from: string, to: string];
const imports = importsBelow(src);
const edges: readonly Edge[] = imports.filter(isRelative).map((one) => [named(one.file), targetOf(one)]);

/** The edges inside a folder that lead to a later entry of its order, or to a folder that the order does not name. */
function upward(all: readonly Edge[], folder: string, order: readonly string[]): string[] {
  const place = (path: string) => {
    const [first, ...rest] = path.slice(folder.length + 1).split('/');
    return rest.length === 0 ? undefined : first!;
  };
  return all
    .filter(([from, to]) => from.startsWith(`${folder}/`) && to.startsWith(`${folder}/`))
    .filter(([from, to]) => {
      const [a, b] = [place(from), place(to)];
      if (a === undefined || PROGRAMS.has(a)) return false;
      return b === undefined || !order.includes(b) || order.indexOf(b) > order.indexOf(a);
    })
    .map(([from, to]) => `${from} imports ${to}`);
}

/** The edges that lead into the `internal` folder of another folder. */
function intrusions(all: readonly Edge[]): string[] {
  return all
    .filter(([from, to]) => {
      const [owner, inside] = to.split('/internal/');
      return inside !== undefined && !from.startsWith(`${owner}/`);
    })
    .map(([from, to]) => `${from} imports ${to}`);
}

/** The circles between files, each as the list of its files. */
function circles(all: readonly Edge[]): string[][] {
  const next = new Map<string, string[]>();
  for (const [from, to] of all) next.set(from, [...(next.get(from) ?? []), to]);
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push(path.slice(path.indexOf(file)));
      return;
    }
    state.set(file, 'open');
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}

test.each(Object.entries(ORDER))('no folder of %s imports a later one', (folder, order) => {
  expect(upward(edges, folder, order)).toEqual([]);
});

test.each(Object.entries(ORDER))('the order of %s names its folders, all of them and no other', (folder, order) => {
  const folders = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => !PROGRAMS.has(name) && name !== 'internal');
  expect(folders.toSorted()).toEqual(order.toSorted());
});

test('no files import each other in a circle', () => {
  expect(circles(edges)).toEqual([]);
});

test('nothing outside a folder imports from its internal folder', () => {
  expect(intrusions(edges)).toEqual([]);
});

test('finds an upward import, a circle and an import from an internal folder', () => {
  const order = ['early', 'late'];
  expect(upward([['src/early/a', 'src/late/b']], 'src', order)).toEqual(['src/early/a imports src/late/b']);
  expect(upward([['src/late/b', 'src/early/a']], 'src', order)).toEqual([]);
  expect(upward([['src/early/a', 'src/index']], 'src', order)).toEqual(['src/early/a imports src/index']);
  expect(
    circles([
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'b'],
    ]),
  ).toEqual([['b', 'c']]);
  expect(intrusions([['src/a/x', 'src/b/internal/y']])).toEqual(['src/a/x imports src/b/internal/y']);
  expect(intrusions([['src/b/x', 'src/b/internal/y']])).toEqual([]);
  expect(
    importsOf('f', "import type { A } from './a';\nexport { b } from '../b';\nrequire('./c');").map(isRelative),
  ).toEqual([true, true, true]);
});

test('every relative import is resolved', () => {
  const lost = edges.filter(([, to]) => !['.ts', '.json', ''].some((ending) => existsSync(join(root, to + ending))));
  expect(lost).toEqual([]);
  expect(edges.length).toBeGreaterThan(500);
});

test('charts use the library only through src/index.ts, as a user does', () => {
  const wrong = importsBelow(join(src, 'charts')).filter((one) => {
    if (!isRelative(one)) return !['cdk8s', 'cdk8s-plus-28', 'constructs'].includes(one.target);
    return !targetOf(one).startsWith('src/charts/') && targetOf(one) !== 'src/index';
  });
  expect(wrong.map(({ file, target }) => `${named(file)} imports ${target}`)).toEqual([]);
});

test('only load/ of the Compose import uses the file system', () => {
  const wrong = imports.filter(({ file, target }) => target === 'node:fs' && named(file).startsWith('src/compose/'));
  expect(wrong.filter(({ file }) => !named(file).startsWith('src/compose/load/'))).toEqual([]);
  expect(wrong).not.toEqual([]);
});

test('heavy packages are imported as types only', () => {
  const wrong = imports.filter(({ target, typeOnly }) => TYPES_ONLY.has(target) && !typeOnly);
  expect(wrong.map(({ file, target }) => `${named(file)} loads ${target}`)).toEqual([]);
});

test('services and the toolkit never import each other', () => {
  const fromServices = importsBelow(join(root, 'services')).filter(
    (one) => isRelative(one) && targetOf(one).startsWith('src/'),
  );
  const fromToolkit = edges.filter(([, to]) => to.startsWith('services/'));
  expect([...fromServices, ...fromToolkit]).toEqual([]);
});

test('only the command line reads the arguments and the environment', () => {
  const wrong = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('cli'))
    // CDK8S_DISABLE_SORT is a setting of cdk8s.
    .filter((name) => name !== 'constructs/shared/settled.ts')
    .filter((name) => /process\.(env|argv)/.test(readFileSync(join(src, name), 'utf8').replace(/`[^`]*`/gs, '')));
  expect(wrong).toEqual([]);
});
