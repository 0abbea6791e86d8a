import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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
  [['crd', 'cdk8s.yaml', '--report', 'keys.txt'], 'import crd has no option --report.'],
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
  const file = join(folder.path, 'compose.yaml');
  const { code, out, error } = await callsign(['import', 'compose', file]);
  expect([code, out.startsWith("import { Chart } from 'cdk8s';")]).toEqual([1, true]);
  expect(error).toMatch(
    /^ {2}security {2}services\.web\.privileged \(\S+compose\.yaml:4\): Pod Security "restricted" forbids it\.$/m,
  );
  expect(error).toContain(
    `2 keys: 1 converted, 0 approximated, 1 refused. To write the list of all keys to a file: npx callsign import compose ${file} --report import.txt\n`,
  );
  expect(error).toMatch(/compose\.override\.yaml is in the same folder and was not read/);
  expect(readdirSync(folder.path)).toEqual(['compose.override.yaml', 'compose.yaml']);
});

describe('the list of all keys', () => {
  const imports = (keys: string, ...args: string[]) => folder.import(service(keys), args);
  const inFolder = (name: string) => join(folder.path, name);
  const read = (name: string) => readFileSync(inFolder(name), 'utf8');

  test('is next to the chart', async () => {
    const out = ['--out', inFolder('charts/shop.ts')];
    await imports('cpu_shares: 5', ...out);
    expect(read('charts/shop.import.txt')).toMatch(
      /^Written by `callsign import compose`[^\n]*\n\nconverted +\S+:3 +services\.web\.image\nrefused, runs +\S+:4 +services\.web\.cpu_shares +\S[^]*\n\n2 keys: 1 converted, 0 approximated, 1 refused\.\n$/,
    );
    const { out: text } = await callsign(['import', 'compose', inFolder('compose.yaml'), ...out]);
    expect(text).toContain(`The list of all keys is in ${inFolder('charts/shop.import.txt')}.\n`);
    expect(text).not.toContain('converted  ');
  });

  test('can be another file, also without a chart', async () => {
    const ran = await imports('', '--report', inFolder('lists/keys.txt'));
    expect(JSON.parse(ran.out)).toMatchObject({ reportFile: inFolder('lists/keys.txt') });
    expect(JSON.parse(ran.out)).not.toHaveProperty('file');
    expect(read('lists/keys.txt')).toContain('services.web.image');
    await imports('', '--report', inFolder('keys.txt'), '--out', inFolder('shop.ts'));
    expect(readdirSync(folder.path).toSorted()).toEqual(['compose.yaml', 'keys.txt', 'lists', 'shop.ts']);
  });

  test('overwrites an older list, but no other file, and then nothing is written', async () => {
    const options = ['--report', inFolder('keys.txt')];
    await imports('', ...options);
    expect(await imports('cpu_shares: 5', ...options)).toMatchObject({ code: 0 });
    expect(read('keys.txt')).toContain('cpu_shares');
    folder.put('keys.txt', 'My notes.\n');
    const { code, problems } = await imports('', ...options, '--out', inFolder('shop.ts'));
    expect([code, problems]).toEqual([
      1,
      [
        expect.objectContaining({
          code: 'file-taken',
          place: { file: inFolder('keys.txt'), line: 1 },
          fix: 'Move the file, or name another one with --report.',
        }),
      ],
    ]);
    expect([read('keys.txt'), existsSync(inFolder('shop.ts'))]).toEqual(['My notes.\n', false]);
  });

  test('is another file than the chart', async () => {
    const { code, error } = await imports('', '--out', inFolder('a.ts'), '--report', inFolder('./b/../a.ts'));
    expect([code, error]).toEqual([2, expect.stringContaining('--out and --report name the same file')]);
  });
});

describe('the exit code', () => {
  test.each([
    ['a key that only limits the program', 'cpu_shares: 5', 0],
    ['a service that only Docker needs', '', 0, '  watch: { image: "containrrr/watchtower:1", cpu_shares: 5 }\n'],
    ['an image without a version', '', 1, '  cache: { image: redis }\n'],
    ['an unknown host', 'environment: { API: "http://nowhere:80/" }', 1],
    ['a UDP port', 'ports: ["53:53/udp"]', 0],
    ['a port of another protocol', 'ports: ["53:53/sctp"]', 1],
    ['a file that does not exist', 'volumes: ["./gone.conf:/etc/gone.conf"]', 1],
    ['a right that pods do not have', 'privileged: true', 1],
    ['a Secret that a person creates', 'environment: { API_KEY: abcdefgh }', 0],
  ])('of %s: %j is %d', async (_, keys, expected, rest = '') => {
    expect(await folder.import(service(keys, rest))).toMatchObject({ code: expected, problems: [] });
  });
});

test('the report is one screen: what runs, what needs a decision, and what is lost', async () => {
  folder.put('web/Dockerfile', 'FROM scratch\n');
  const file = folder.put(
    'compose.yaml',
    `name: shop
services:
  web:
    build: ${join(folder.path, 'web')}
    ports: ["80:80"]
    user: root
    environment: { API_KEY: abcdefgh, API: "http://nowhere/" }
  cache: { image: "redis:8", cpu_shares: 5, ports: ["53:53/sctp"] }
  worker: { image: "shop/worker:1", cpu_shares: 5, ports: ["54:54/sctp"] }
  db: { image: "postgres:17" }
`,
  );
  const { error } = await callsign(['import', 'compose', file]);
  const screen = error.slice(0, error.indexOf('\n\nThe chart has'));
  const where = relative('', folder.path);
  expect(screen.replaceAll(where, 'FOLDER').replace(/ +inside only/g, '  inside only')).toBe(`\
What runs
  web     HTTP service  built from FOLDER/web  http://shop.localhost
  cache   server        redis:8  inside only
  worker  worker        shop/worker:1  inside only
  db      database      postgres:17  inside only

What needs a decision
  to start  services.web.environment.API (FOLDER/compose.yaml:7): The chart has no host nowhere. Declare it as an ExistingService or an External, and add API to the chart.
  to start  services.cache.ports[0] (FOLDER/compose.yaml:8) and 1 more: In the chart, it has no ports for sctp.
  to start  Create these Secrets before the first start: web.
  security  Exceptions from the hardened defaults of web: The Compose file starts it as root. The image writes to folders of its root file system. As root, Docker gives it this capability. Remove those that the program does not need.
  security  Exceptions from the hardened defaults of worker: The import does not know the user of this image. The import does not know the folders that this image writes to. Remove those that the program does not need.
  other     The files show no calls to cache, db. If there are calls, add them to the chart.

What is lost, and the programs run without it
  services.cache.cpu_shares (FOLDER/compose.yaml:8) and 1 more: Kubernetes has no such setting. Use the CPU request, resources.cpu.

Before the first start, run these commands. Replace each … with the value.
  kubectl create namespace shop --save-config
  kubectl -n shop create secret generic web --from-literal=API_KEY=…`);
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

test('a chart in our own checkout imports src/index.ts', () => {
  const library = libraryFrom;
  expect([
    library(undefined),
    library('src/charts'),
    library('src/charts/deep'),
    library('src'),
    library('charts'),
    library('.'),
    library('../elsewhere'),
  ]).toEqual(['callsign-k8s', '../index', '../../index', './index', '../src/index', './src/index', 'callsign-k8s']);
});
