import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Data flows one way: a folder imports what stands before it, and itself. */
const STEPS = ['k8s', 'links', 'constructs', 'synth', 'check', 'images', 'live', 'cluster', 'compose', 'local', 'cli'];
/** Packages that only one folder may load; a type costs nothing and may be imported anywhere. */
const OWNERS: Record<string, string> = { '@kubernetes/client-node': 'cluster', 'cdk8s-plus-28': 'k8s' };

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
    .flatMap((name) => importsOf(join(folder, name)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const statements = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|(?:import|require)\(\s*'([^']+)'\s*\)/g,
  );
  return [...statements].map(([, type, from, call]) => ({
    file,
    target: (from ?? call)!,
    typeOnly: type !== undefined,
  }));
}

/** The folder of src that an import leads to, or nothing when it leaves src. */
function stepOf(path: string): string | undefined {
  const [first = ''] = relative(src, path).split(sep);
  return first === '..' ? undefined : first;
}

const imports = importsBelow(src);
const between = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ file, target }) => ({ file, from: stepOf(file)!, to: stepOf(join(dirname(file), target)) }));

test('a step imports only earlier steps', () => {
  const wrong = between.filter(
    ({ from, to }) =>
      STEPS.includes(from) && !(to !== undefined && STEPS.includes(to) && STEPS.indexOf(to) <= STEPS.indexOf(from)),
  );
  expect(wrong.map(({ file, to }) => `${relative(root, file)} imports ${to}`)).toEqual([]);
  expect(between.length).toBeGreaterThan(50);
});

test('every folder of src has its place among the steps', () => {
  const folders = readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(folders.filter((name) => !STEPS.includes(name) && !['charts', 'environments'].includes(name))).toEqual([]);
});

test('charts use the library through its door, as a user would', () => {
  const wrong = [...importsBelow(join(src, 'charts')), ...importsBelow(join(src, 'environments'))].filter(
    ({ file, target }) => {
      if (!target.startsWith('.')) return !['cdk8s', 'cdk8s-plus-28', 'constructs'].includes(target);
      const path = join(dirname(file), target);
      return !['charts', 'environments'].includes(stepOf(path)!) && path !== join(src, 'index');
    },
  );
  expect(wrong.map(({ file, target }) => `${relative(root, file)} imports ${target}`)).toEqual([]);
});

test('a package that one folder owns is loaded nowhere else', () => {
  const wrong = imports.filter(
    ({ file, target, typeOnly }) => OWNERS[target] !== undefined && !typeOnly && OWNERS[target] !== stepOf(file),
  );
  expect(wrong.map(({ file, target }) => `${relative(root, file)} loads ${target}`)).toEqual([]);
});

test('services and the toolkit never import each other', () => {
  const fromServices = importsBelow(join(root, 'services')).filter(
    ({ file, target }) => target.startsWith('.') && stepOf(join(dirname(file), target)) !== undefined,
  );
  const fromToolkit = imports.filter(
    ({ file, target }) => target.startsWith('.') && relative(root, join(dirname(file), target)).startsWith('services'),
  );
  expect([...fromServices, ...fromToolkit]).toEqual([]);
});

test('only the command line reads the arguments and the environment', () => {
  const wrong = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('cli'))
    .filter((name) => /process\.(env|argv)/.test(readFileSync(join(src, name), 'utf8').replace(/`[^`]*`/gs, '')));
  expect(wrong).toEqual([]);
});
