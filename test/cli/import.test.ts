import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFrom } from '../../src/cli/library-from';
import { composeFolder, service } from '../compose/import';
import { asNobody } from '../synth/as-nobody';
import { callsign } from './run';

const folder = composeFolder();
const said = async (...argv: string[]) => (await callsign(['import', ...argv])).error.split('\n')[0];
test.each([
  [[], 'Expected: import compose FILE, or import crd FILE…. Got: import'],
  [['helm'], 'Expected: import compose FILE, or import crd FILE…. Got: import helm'],
  [['compose', 'cdk8s.yaml', 'more.yaml'], 'Unexpected argument: "more.yaml"'],
  [['compose'], 'Name the Compose file: import compose FILE.'],
  [['crd'], 'Name the files with the definitions, or - for standard input: import crd FILE….'],
  [['crd', 'cdk8s.yaml', '--file', 'more.yaml'], 'import crd has no option --file.'],
  [['crd', 'test/crds/definitions.yaml'], 'The files define 2 kinds. Name a folder for their modules: --out src/crds.'],
  [['compose', 'gone.yaml'], 'There is no file gone.yaml.'],
  [['compose', 'test'], 'There is no file test.'],
  [['compose', 'cdk8s.yaml', '--file', 'gone.yaml'], 'There is no file gone.yaml.'],
  [['compose', 'cdk8s.yaml', '--env-file', 'gone.env'], 'There is no file gone.env.'],
])('%j ends with 2', async (argv, message) => {
  expect(await said(...argv)).toBe(`callsign import: ${message}`);
  expect((await callsign(['import', ...argv])).code).toBe(2);
});

test('--out takes a file or a folder, and never overwrites a file', async () => {
  const text = service('');
  const file = join(folder.path, 'charts/shop.ts');
  expect(await folder.import(text, ['--out', file])).toMatchObject({ code: 0 });
  const chart = readFileSync(file, 'utf8');
  expect(await folder.import(text, ['--out', file])).toMatchObject({ code: 0 });
  expect(await folder.import(service('command: other'), ['--out', file])).toMatchObject({
    code: 1,
    problems: [{ code: 'file-taken' }],
  });
  expect(readFileSync(file, 'utf8')).toBe(chart);
  const { name } = JSON.parse((await folder.import(text, ['--out', join(folder.path, 'more')])).out) as {
    name: string;
  };
  expect(readFileSync(join(folder.path, 'more', `${name}.ts`), 'utf8')).toBe(chart);
});

test('without --out the chart goes to standard output, and the report to standard error', async () => {
  folder.put('compose.yaml', service('privileged: true'));
  folder.put('compose.override.yaml', service(''));
  const { code, out, error } = await callsign(['import', 'compose', join(folder.path, 'compose.yaml')]);
  expect([code, out.startsWith("import { Chart } from 'cdk8s';")]).toEqual([1, true]);
  expect(error).toMatch(
    /^refused +\S+compose\.yaml:4 +services\.web\.privileged +Pod Security "restricted" forbids it/m,
  );
  expect(error).toMatch(/^2 keys: 1 converted, 0 approximated, 1 refused$/m);
  expect(error).toMatch(/compose\.override\.yaml is in the same folder and was not read/);
});

test('an unreadable file is reported by its name', async () => {
  chmodSync(folder.put('compose.yaml', service('')), 0o000);

  chmodSync(folder.path, 0o755);
  const { code, error } = await asNobody(() => callsign(['import', 'compose', join(folder.path, 'compose.yaml')]));
  expect([code, error]).toEqual([
    2,
    expect.stringMatching(/^callsign import: EACCES: permission denied, open '\S+compose\.yaml'\n$/),
  ]);
});

test('a chart in our own sources imports src/index.ts', () => {
  const library = libraryFrom;
  expect([
    library(undefined),
    library('src/charts'),
    library('src/charts/deep'),
    library('src'),
    library('elsewhere'),
  ]).toEqual(['callsign-k8s', '../index', '../../index', './index', 'callsign-k8s']);
});
