import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppDefinition } from '../../src/settings/environment';
import { synthesize } from '../../src/synth/synthesize';
import { renderFile } from '../../src/synth/yaml';

jest.setTimeout(300_000);

const root = join(__dirname, '../..');
const NAME = 'callsign-k8s';
/** Other releases of Node.js that users have. Each is a package. */
const NODES = ['22', '24'];

let folder: string;
let packed: string;
let tarball: string;
/** The programs of Node.js, by major version. */
const programs: Record<string, string> = { [process.versions.node.split('.')[0]!]: process.execPath };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-package-'));
  packed = run('npm', ['pack', '--pack-destination', folder], root).out;
  tarball = join(folder, packed.trim());
  const nodes = join(folder, 'nodes');
  for (const major of NODES.filter((version) => !programs[version])) {
    const name = `node-${process.platform}-${process.arch}`;
    mkdirSync(join(nodes, major), { recursive: true });
    writeFileSync(join(nodes, major, 'package.json'), '{}');
    run('npm', ['install', '--no-audit', '--no-fund', `${name}@${major}`], join(nodes, major));
    programs[major] = join(nodes, major, 'node_modules', name, 'bin/node');
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program to its end. Throws with its output if it fails. */
function run(program: string, args: readonly string[], cwd: string): { out: string; error: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${status}:\n${stdout}\n${stderr}`);
  return { out: stdout, error: stderr };
}

test('npm pack prints only the name of the package, as pre-commit expects', () => {
  expect(packed).toMatch(/^callsign-k8s-\d+\.\d+\.\d+\.tgz\n$/);
});

test('npm pack packs only what users need', () => {
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((file) => file.replace('package/', ''));
  const top = [...new Set(files.map((file) => file.replace(/^((?:[^/]+\/){0,2}).*$/, '$1') || file))].toSorted();
  expect(top).toMatchInlineSnapshot(`
[
  "LICENSE",
  "README.md",
  "bin/",
  "dashboard/",
  "dist/",
  "dist/types/",
  "docs/",
  "docs/images/",
  "docs/monitoring/",
  "llms.txt",
  "package.json",
  "schemas/",
  "src/check/",
  "static-site/",
  "templates/example/",
  "templates/project/",
]
`);
  for (const program of [
    'bin/callsign.js',
    'dist/index.js',
    'dist/cli.js',
    'dist/types/index.d.ts',
    'dist/index.js.map',
    'docs/agents.md',
  ])
    expect(files).toContain(program);
  // The only source in TypeScript is the chart that `callsign init` writes.
  expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([
    'templates/example/src/charts/app.ts',
  ]);
  for (const hidden of ['project/gitignore', 'project/.github/workflows/ci.yaml', 'example/services/.dockerignore'])
    expect(files).toContain(`templates/${hidden}`);
});

test('publint and arethetypeswrong find nothing', () => {
  const found = JSON.parse(run(process.execPath, [join(__dirname, 'lint.mjs'), tarball], root).out) as object;
  expect(found).toEqual({ messages: [], types: { kind: 'included' }, problems: [] });
});

const WEB = `
import type { Construct } from 'constructs';
import { Image, Microservice } from '${NAME}';

export enum Size {
  Small = 1,
}
export class Web extends Microservice {
  constructor(scope: Construct, readonly size: Size) {
    super(scope, 'web', { image: Image.of('node:24-slim'), replicas: size, volumes: { '/cache': { emptyDir: { medium: 'Memory' } } } });
  }
}
`;
const app = (web: string) => `
import { Chart } from 'cdk8s';
import { defineApp, Namespace } from '${NAME}';
import { Size, Web } from '${web}';

export default defineApp<{ web: Web }>(
  (app) => {
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    new Namespace(chart, 'shop');
    new Web(chart, Size.Small);
  },
  { prod: { web: { replicas: 3 } } },
);
`;
const SYNTHESIZE = `const { App, Chart } = cdk8s;
const app = new App();
new callsign.Microservice(new Chart(app, 'shop', { namespace: 'shop' }), 'web', { image: callsign.Image.of('node:24-slim') });
console.log(callsign.synthesize(app).flatMap(({ manifests }) => manifests.map(({ object }) => object.kind)).join());
`;
const PROGRAMS = {
  'program.mjs': `import * as cdk8s from 'cdk8s';\nimport * as callsign from '${NAME}';\n${SYNTHESIZE}`,
  'program.cjs': `const cdk8s = require('cdk8s');\nconst callsign = require('${NAME}');\n${SYNTHESIZE}`,
};

const SERVICE = `
import { createServer } from 'node:http';
const text: string = 'Hello from TypeScript';
createServer((_, response) => response.end(text)).listen(process.env.PORT);
`;
const HELLO = `
import { Chart } from 'cdk8s';
import { defineApp, Gateway, Image, Microservice, Namespace } from '${NAME}';

export default defineApp((app) => {
  const chart = new Chart(app, 'hello', { namespace: 'hello' });
  new Namespace(chart, 'hello');
  const hello = new Microservice(chart, 'hello', { image: Image.service('hello'), health: { live: '/', ready: '/' } });
  new Gateway(chart, 'gateway', { host: 'hello.localhost', routes: { '/': hello } });
});
`;
const ASK = 'curl --fail --silent $CALLSIGN_GATEWAY';

/** The ways in which a project can be set up. */
const PROJECTS = [
  { manager: 'npm', type: 'module' },
  { manager: 'npm', type: 'commonjs' },
  { manager: 'pnpm', type: 'module' },
] as const;

describe.each(PROJECTS)('a project with "type": "$type", installed with $manager', ({ manager, type }) => {
  let project: string;
  let installed: { out: string; error: string };

  beforeAll(() => {
    project = join(folder, `${manager}-${type}`);
    mkdirSync(join(project, 'src/charts'), { recursive: true });
    const dependencies = { [NAME]: `file:${tarball}`, cdk8s: '^2.70.0', constructs: '^10.0.0' };
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'shop', type, dependencies }));
    installed =
      manager === 'npm'
        ? run('npm', ['install', '--no-audit', '--no-fund'], project)
        : run('npx', ['--yes', 'pnpm@12', 'install'], project);
    writeFileSync(join(project, 'src/charts/web.ts'), WEB);
    writeFileSync(join(project, 'src/charts/app.ts'), app('./web'));
    for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(project, name), text);
  });

  test('is installed without a warning, with one copy of constructs', () => {
    expect(`${installed.out}${installed.error}`).not.toMatch(/warn|deprecated|script/i);
    const copies = (readdirSync(project, { recursive: true }) as string[]).filter((file) =>
      /(^|\/)constructs\/package\.json$/.test(file),
    );
    expect(new Set(copies.map((file) => statSync(join(project, file)).ino)).size).toBe(1);
  });

  describe.each(['20', ...NODES].map((major) => [major]))('Node.js %s', (major) => {
    const node = (...args: string[]) => {
      // CI runs this with one release of Node.js; the one of the tests stands in for an older one.
      const program = programs[major] ?? process.execPath;
      return run(program, args, project);
    };

    test.each(Object.keys(PROGRAMS))('runs %s', (name) => {
      expect(node(name)).toEqual({ out: expect.stringMatching(/^NetworkPolicy,.*Deployment/), error: '' });
    });

    test('runs the command with charts in TypeScript', () => {
      const out = join(project, `k8s-${major}`);
      const { error } = node('node_modules/callsign-k8s/bin/callsign.js', 'synth', '--out', out, '--env', 'prod');
      expect(readFileSync(join(out, 'shop.k8s.yaml'), 'utf8')).toContain('replicas: 3');
      expect(error).not.toMatch(/warning/i);
      expect(node('node_modules/callsign-k8s/bin/callsign.js', 'graph', '--format', 'svg').out).toContain('<svg');
    });
  });

  test.each(['20', ...NODES])('Node.js %s starts a service that is written in TypeScript', (major) => {
    const program = programs[major] ?? process.execPath;
    mkdirSync(join(project, 'services/hello'), { recursive: true });
    writeFileSync(
      join(project, 'services/hello/Dockerfile'),
      'FROM node:24-slim\nWORKDIR /app\nCOPY hello ./\nCMD ["node", "main.mts"]\n',
    );
    writeFileSync(join(project, 'services/hello/main.mts'), SERVICE);
    writeFileSync(join(project, 'hello.ts'), HELLO);
    const line = [
      'node_modules/callsign-k8s/bin/callsign.js',
      'start',
      '--app',
      'hello.ts',
      '--port',
      '0',
      '--check',
      ASK,
    ];
    const { status, stdout, stderr } = spawnSync(program, line, { cwd: project, encoding: 'utf8', timeout: 60_000 });
    // Only newer releases of Node.js run TypeScript. The project has no tsx.
    const isOld =
      spawnSync(program, ['-p', 'Boolean(process.features.typescript)'], { encoding: 'utf8' }).stdout.trim() ===
      'false';
    if (isOld) {
      expect([status, stdout + stderr]).toEqual([1, expect.stringContaining('npm install --save-dev tsx')]);
    } else {
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('Hello from TypeScript')]);
    }
  });

  test.each(['nodenext', 'bundler'])('compiles with the module resolution %s, libraries included', (resolution) => {
    // A module of Node.js names its files with their extension.
    writeFileSync(
      join(project, 'src/charts/app.ts'),
      app(resolution === 'nodenext' && type === 'module' ? './web.js' : './web'),
    );
    const compilerOptions = {
      module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
      moduleResolution: resolution,
      target: 'es2022',
      strict: true,
      noEmit: true,
      types: [],
      skipLibCheck: false,
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], project);
    const { out } = run(process.execPath, ['node_modules/callsign-k8s/bin/callsign.js', 'synth'], project);
    expect(out).toContain('objects in 2 files');
  });
});

describe('the installed command', () => {
  const callsign = (...args: string[]) =>
    spawnSync(process.execPath, ['node_modules/callsign-k8s/bin/callsign.js', ...args], {
      cwd: join(folder, 'npm-commonjs'),
      encoding: 'utf8',
      // No cluster: the commands must find the files of the package, and nothing else.
      env: { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'none') },
    });

  test.each([
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
    [['check'], 0, /no problems/],
    [['check', '--explain', 'host-unknown'], 0, /^host-unknown \(wiring\)/],
    [['requirements'], 0, /Kubernetes/],
    [['graph'], 0, /^flowchart LR/],
    [['doctor'], 0, /^✓ node/],
    [['completion', 'bash'], 0, /callsign/],
    [['init', 'made', '--json'], 0, /"kind": "example"/],
    [['status'], 2, /\[kubeconfig-missing\]/],
  ])('%j', (args, code, output) => {
    const { status, stdout, stderr } = callsign(...args);
    expect([status, stdout + stderr]).toEqual([code, expect.stringMatching(output)]);
  });
});

describe('what a command loads', () => {
  /** The modules that a command loaded, by package: their number, or for Callsign their names. */
  const loadedBy = (...args: string[]) => {
    const project = join(folder, 'npm-commonjs');
    const list = join(folder, 'loaded.json');
    const hook = join(folder, 'list-loaded.cjs');
    // A placeholder has no paths.
    const loaded = 'Object.values(require.cache).filter((one) => one.paths).map((one) => one.filename)';
    const write = `require('node:fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(${loaded}))`;
    rmSync(list, { force: true });
    writeFileSync(hook, `process.on('exit', () => ${write});`);
    run(process.execPath, ['--require', hook, 'node_modules/callsign-k8s/bin/callsign.js', ...args], project);
    const modules = (JSON.parse(readFileSync(list, 'utf8')) as string[]).filter((file) =>
      file.includes('/node_modules/'),
    );
    const ours = modules.flatMap((file) => /\/callsign-k8s\/(.*)$/.exec(file)?.[1] ?? []).toSorted();
    const packages = modules.map((file) => file.split('/node_modules/').at(-1)!.split('/')[0]!);
    return { ours, count: modules.length, packages: [...new Set(packages)].toSorted() };
  };

  // Loading takes most of the time of a small synthesis. Read the difference before you accept another list.
  test('synth loads no YAML library, and only a few files', () => {
    const { ours, count, packages } = loadedBy('synth');
    expect(packages).toEqual(['callsign-k8s', 'cdk8s', 'constructs', 'fast-json-patch', 'jiti']);
    expect(ours).toMatchInlineSnapshot(`
[
  "bin/callsign.js",
  "bin/yaml-on-use.js",
  "dist/app.js",
  "dist/basics.js",
  "dist/charts.js",
  "dist/checks.js",
  "dist/cli-commands-synth.js",
  "dist/cli.js",
  "dist/command.js",
  "dist/index.js",
  "dist/manifests.js",
  "dist/output.js",
  "dist/read.js",
  "dist/rolldown-runtime.js",
  "dist/version.js",
]
`);
    expect(count).toBeLessThan(55);
  });

  test('check loads the YAML library, so this test would see it', () => {
    expect(loadedBy('check').packages).toContain('yaml');
  });

  test('--version loads almost nothing', () => {
    const { ours, packages } = loadedBy('--version');
    expect(packages).toEqual(['callsign-k8s']);
    expect(ours).toMatchInlineSnapshot(`
[
  "bin/callsign.js",
  "bin/yaml-on-use.js",
  "dist/basics.js",
  "dist/cli.js",
  "dist/command.js",
  "dist/output.js",
  "dist/rolldown-runtime.js",
  "dist/version.js",
]
`);
  });
});

test('the command of another folder runs the package of the project', () => {
  const project = join(folder, 'npm-commonjs');
  const elsewhere = join(folder, 'elsewhere/node_modules');
  mkdirSync(elsewhere, { recursive: true });
  if (!existsSync(join(elsewhere, NAME))) symlinkSync(join(root), join(elsewhere, NAME));
  const { out } = run(process.execPath, [join(root, 'bin/callsign.js'), 'synth', '--out', 'from-elsewhere'], project);
  expect(out).toContain('objects in 2 files');
  expect(dirname(project)).toBe(folder);
});

test('an installed program runs its own bundle in a checkout of Callsign without dependencies', () => {
  const checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, 'src/cli'), { recursive: true });
  writeFileSync(
    join(checkout, 'package.json'),
    JSON.stringify({ name: NAME, exports: { './package.json': './package.json' } }),
  );
  writeFileSync(join(checkout, 'src/cli/main.ts'), 'throw new Error("not compiled" as string);');
  const program = join(folder, 'npm-commonjs/node_modules', NAME, 'bin/callsign.js');
  expect(run(process.execPath, [program, '--version'], checkout).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('the bundle writes what the sources write', () => {
  const charts = join(root, 'src/charts');
  const apps = [
    'app',
    ...['patterns', 'examples'].flatMap((group) =>
      readdirSync(join(charts, group)).map((file) => `${group}/${file.replace(/\.ts$/, '')}`),
    ),
  ];
  let project: string;

  /** The charts of this repository in an installed project, with its services. */
  beforeAll(() => {
    project = join(folder, 'npm-commonjs');
    rmSync(join(project, 'src/charts'), { recursive: true });
    cpSync(charts, join(project, 'src/charts'), { recursive: true });
    for (const file of readdirSync(join(project, 'src/charts'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const path = join(project, 'src/charts', file);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/'(?:\.\.\/)+index'/g, `'${NAME}'`));
    }
    rmSync(join(project, 'services'), { recursive: true, force: true });
    for (const name of ['services', 'static-site', 'examples']) symlinkSync(join(root, name), join(project, name));
  });

  test.each(apps)('%s', async (name) => {
    const { default: definition } = (await import(join(charts, name))) as { default: AppDefinition };
    for (const environment of [undefined, ...definition.environments]) {
      const out = join(project, 'by-bundle');
      rmSync(out, { recursive: true, force: true });
      const selected = ['--app', `src/charts/${name}.ts`, ...(environment === undefined ? [] : ['--env', environment])];
      run(process.execPath, [`node_modules/${NAME}/bin/callsign.js`, 'synth', ...selected, '--out', out], project);
      const written = readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8')]);
      const expected = synthesize(definition.make(environment)).map((file) => [file.name, renderFile(file)]);
      expect(Object.fromEntries(written)).toEqual(Object.fromEntries(expected));
    }
  });
});
