import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/cli/version';
import { linkPackages, filesIn } from '../init/project';
import { asNobody } from '../synth/as-nobody';
import { callsign, callsignProcess, temporaryFolder } from './run';

jest.setTimeout(120_000);

const folder = temporaryFolder();
const json = async (...argv: string[]) => {
  const { code, out, error } = await callsign(['init', folder.path, '--json', ...argv]);
  expect(error).toBe('');
  return { code, ...(JSON.parse(out) as Summary) };
};

interface Summary {
  readonly kind: string;
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly added: readonly string[];
  readonly notes: readonly string[];
  readonly next: readonly string[];
}

const PROJECT = ['.github/workflows/ci.yaml', '.gitignore', 'package.json', 'test/manifests.test.mjs', 'tsconfig.json'];
const COMPOSE = 'services:\n  web:\n    image: nginx:1.29\n    ports: ["8080:80"]\n';

describe('an empty folder', () => {
  test('becomes the example, and the output lists every file and the next commands', async () => {
    const path = join(folder.path, 'shop');
    expect(await callsign(['init', path])).toEqual({ code: 0, out: expect.anything() as string, error: '' });
    const files = filesIn(path);
    expect(Object.keys(files)).toEqual(
      [
        ...PROJECT,
        'README.md',
        'k8s-out/00-namespaces.k8s.yaml',
        'k8s-out/shop.k8s.yaml',
        'services/.dockerignore',
        'services/clock/Dockerfile',
        'services/clock/main.mjs',
        'services/greeter/Dockerfile',
        'services/greeter/main.mjs',
        'src/charts/app.ts',
      ].toSorted(),
    );
    expect(JSON.parse(files['package.json']!)).toMatchObject({
      name: 'shop',
      private: true,
      dependencies: { 'callsign-k8s': `^${VERSION}` },
    });
    expect(Object.values(files).filter((text) => text.includes('example-app'))).toEqual([]);
  });

  test('prints what it wrote', async () => {
    const path = join(folder.path, 'shop');
    const { out } = await callsign(['init', path]);
    const lines = out.split('\n');
    expect(lines.filter((line) => line.startsWith('wrote '))).toEqual(
      Object.keys(filesIn(path)).map((name) => `wrote ${join(path, name)}`),
    );
    expect(out).toMatch(/\n\nNext:\n {2}cd \S+shop\n {2}npm install\n {2}npm start\n {2}npx callsign synth\n$/);
  });

  test('can be the current folder', () => {
    const { code, out } = callsignProcess(['init'], { cwd: folder.path });
    expect([code, out]).toEqual([0, expect.stringMatching(/^wrote \.github.*\n\nNext:\n {2}npm install\n/s)]);
  });

  test('may have the files of a new repository, which stay', async () => {
    const given = { 'README.md': '# Shop\n', LICENSE: 'MIT', '.git/HEAD': 'ref', '.gitignore': 'dist/\n' };
    for (const [name, text] of Object.entries(given)) folder.put(name, text);
    expect(await json()).toMatchObject({ code: 0, kind: 'example', kept: ['.gitignore', 'README.md'] });
    expect(filesIn(folder.path)).toMatchObject(given);
  });
});

describe('an existing package.json', () => {
  test('gets what it does not have, and keeps everything that it has', async () => {
    const before = {
      name: '@team/shop',
      type: 'commonjs',
      scripts: { start: 'node server.js', lint: 'eslint .' },
      devDependencies: { typescript: '^5.9.0' },
      custom: [1],
    };
    folder.put('package.json', `${JSON.stringify(before, undefined, '\t')}\n`);
    const { added, notes, next, written, kept } = await json();
    expect(added).toEqual([
      'scripts.synth',
      'scripts.check',
      'scripts.test',
      'dependencies.callsign-k8s',
      'dependencies.cdk8s',
      'dependencies.constructs',
      'devDependencies.@types/node',
    ]);
    expect([...written, ...kept]).not.toContain('package.json');
    expect(notes).toContain('The script start of package.json is kept. The one of Callsign is: callsign start');
    expect(next.slice(1)).toEqual(['npm install', 'npx callsign start', 'npx callsign synth']);
    const text = readFileSync(join(folder.path, 'package.json'), 'utf8');
    expect(text).toMatch(/^\{\n\t"name"/);
    const after = JSON.parse(text) as typeof before;
    expect(after).toMatchObject(before);
    expect(Object.keys(after).slice(0, 5)).toEqual(Object.keys(before));
    expect(await json()).toMatchObject({ added: [], written: [] });
    expect(readFileSync(join(folder.path, 'package.json'), 'utf8')).toBe(text);
  });

  test('is reported in the output', async () => {
    folder.put('package.json', '{}');
    const { out } = await callsign(['init', folder.path]);
    expect(out).toContain(`added to ${join(folder.path, 'package.json')}: scripts.start, scripts.synth,`);
  });

  test.each([
    ['no JSON', '{ "name": '],
    ['no object', '[]'],
    ['scripts that are no object', '{ "scripts": "test" }'],
  ])('with %s is a problem, and nothing is written', async (_, text) => {
    folder.put('package.json', text);
    const { code, out } = await callsign(['init', folder.path]);
    expect([code, out]).toEqual([1, expect.stringContaining('[package-json-invalid]')]);
    expect(filesIn(folder.path)).toEqual({ 'package.json': text });
  });
});

test('a second run keeps every file, and writes what was deleted', async () => {
  await json();
  const before = filesIn(folder.path);
  const chart = join(folder.path, 'src/charts/app.ts');
  writeFileSync(chart, `${before['src/charts/app.ts']}// changed\n`);
  expect(await json()).toMatchObject({ kind: 'chart', written: [], kept: PROJECT });
  expect(filesIn(folder.path)).toEqual({ ...before, 'src/charts/app.ts': readFileSync(chart, 'utf8') });
  const { out } = await callsign(['init', folder.path]);
  expect(out).toContain(`kept ${join(folder.path, 'tsconfig.json')}\n`);
});

describe('a folder with a Compose file', () => {
  test.each(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'])(
    'gets the files of a project, and the command that imports %s',
    async (name) => {
      folder.put(name, COMPOSE);
      folder.put('web/Dockerfile', 'FROM scratch\n');
      const { kind, written, notes, next } = await json();
      expect([kind, written, notes]).toEqual(['compose', PROJECT, [expect.stringContaining(name)]]);
      expect(next).toContain(`npx callsign import compose ${name} --out src/charts/app.ts`);
    },
  );

  test('--import writes the chart too, with paths relative to the folder', async () => {
    folder.put('compose.yaml', `${COMPOSE}  api:\n    build: ./api\n    ports: ["8080:8080"]\n`);
    folder.put('api/Dockerfile', 'FROM node:24-slim\nCMD ["node", "main.js"]\n');
    const cwd = process.cwd();
    const { code, written, next } = await json('--import');
    expect(process.cwd()).toBe(cwd);
    expect([code, written]).toEqual([0, [...PROJECT, 'src/charts/app.ts'].toSorted()]);
    expect(next.join()).not.toContain('import');
    const chart = readFileSync(join(folder.path, 'src/charts/app.ts'), 'utf8');
    expect(chart).toContain("folder: 'api'");
    linkPackages(folder.path);
    expect(callsignProcess(['check', '--profile', 'wiring'], { cwd: folder.path })).toMatchObject({ code: 0 });
  });

  test('--import prints the report, and ends with 1 if a program may need a refused key', async () => {
    folder.put('compose.yaml', `${COMPOSE}    privileged: true\n`);
    const { code, out } = await callsign(['init', folder.path, '--import']);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^wrote .*^ {2}security {2}services\.web\.privileged \(compose\.yaml:5\): /ms),
    ]);
    expect(out).toContain(' npx callsign import compose compose.yaml --report import.txt\n');
    folder.put('more/compose.yaml', `${COMPOSE}    cpu_shares: 5\n  cache: { image: "redis:8" }\n`);
    expect(await callsign(['init', join(folder.path, 'more'), '--import'])).toMatchObject({ code: 0 });
  });

  test('an override file belongs to it, as for Docker', async () => {
    folder.put('compose.yaml', COMPOSE);
    folder.put('compose.override.yml', 'services: { web: { environment: { COLOR: green } } }\n');
    expect((await json()).next).toContain(
      'npx callsign import compose compose.yaml --file compose.override.yml --out src/charts/app.ts',
    );
    await json('--import');
    expect(filesIn(folder.path)['src/charts/app.ts']).toContain("COLOR: 'green'");
  });

  test('--import keeps a chart', async () => {
    folder.put('compose.yaml', COMPOSE);
    folder.put('src/charts/app.ts', '// mine\n');
    expect(await json('--import')).toMatchObject({ code: 0, kind: 'chart' });
    expect(filesIn(folder.path)['src/charts/app.ts']).toBe('// mine\n');
  });

  test('--import writes nothing if the Compose file is wrong', async () => {
    const before = { 'compose.yaml': 'services: 7\n' };
    folder.put('compose.yaml', before['compose.yaml']);
    expect(await callsign(['init', folder.path, '--import'])).toMatchObject({ code: 1 });
    expect(filesIn(folder.path)).toEqual(before);
  });

  test('--import needs a Compose file', async () => {
    const { code, error } = await callsign(['init', folder.path, '--import']);
    expect([code, error]).toEqual([2, expect.stringContaining('--import: there is no Compose file in')]);
    expect(filesIn(folder.path)).toEqual({});
  });
});

test('a folder with other files gets no chart, and the output says why', async () => {
  folder.put('main.py', 'print()\n');
  const { kind, written, notes, next } = await json();
  expect([kind, written, notes]).toEqual(['unknown', PROJECT, [expect.stringContaining('no chart yet')]]);
  expect(next.slice(1)).toEqual(['npm install']);
});

describe('nothing is half written', () => {
  test('FOLDER is a file', async () => {
    const file = folder.put('shop', 'text');
    expect(await callsign(['init', file])).toEqual({
      code: 2,
      out: '',
      error: `callsign init: ${file} is not a folder. Name a folder, or a new one.\n`,
    });
  });

  test('the folder is read-only', async () => {
    chmodSync(folder.path, 0o555);
    const { code, out, error } = await asNobody(() => callsign(['init', folder.path]));
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(/^callsign init: EACCES: permission denied/);
    expect(filesIn(folder.path)).toEqual({});
  });

  test('a folder of the project is read-only', async () => {
    folder.put('package.json', '{}');
    mkdirSync(join(folder.path, 'test'), { mode: 0o555 });
    chmodSync(folder.path, 0o777);
    const before = filesIn(folder.path);
    const { code, error } = await asNobody(() => callsign(['init', folder.path]));
    expect([code, error]).toEqual([2, expect.stringContaining('manifests.test.mjs')]);
    expect(filesIn(folder.path)).toEqual(before);
  });

  test('a file is where a folder must be', async () => {
    folder.put('src', 'text');
    const before = filesIn(folder.path);
    const { code, error } = await callsign(['init', folder.path]);
    expect([code, error]).toEqual([2, expect.stringMatching(/^callsign init: ENOTDIR/)]);
    expect(filesIn(folder.path)).toEqual(before);
  });
});

test.each([
  ['My Shop_2', 'my-shop-2'],
  ['2048', 'app-2048'],
  ['null', 'app-null'],
  ['--', 'app'],
  ['a'.repeat(80), 'a'.repeat(63)],
])('the folder %j gives the name %s', async (name, expected) => {
  const { out } = await callsign(['init', join(folder.path, name), '--json']);
  expect((JSON.parse(out) as { name: string }).name).toBe(expected);
  expect(filesIn(join(folder.path, name))[`k8s-out/${expected}.k8s.yaml`]).toContain(`namespace: ${expected}\n`);
});
