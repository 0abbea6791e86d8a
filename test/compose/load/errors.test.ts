import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryFrom } from '../../../src/cli/commands/import';
import { callsign } from '../../cli/run';
import { asNobody } from '../../synth/as-nobody';
import { composeFolder, service } from '../import';

const folder = composeFolder();
const OTHER = '  api:\n    image: shop/api:1\n';

/** Each: what is wrong, the file, and every problem with its line. */
test.each<[what: string, text: string, problems: [code: string, line: number][]]>([
  ['no YAML', 'services:\n  web: [\n', [['yaml-invalid', 3]]],
  ['a key twice', 'services:\n  web:\n    image: a:1\n    image: b:1\n', [['yaml-invalid', 4]]],
  ['two documents', `${service('')}---\n${service('')}`, [['yaml-invalid', 5]]],
  ['an alias without an anchor', service('environment: *nothing'), [['yaml-invalid', 4]]],
  [
    'an alias within itself',
    'services: &all\n  web: { image: a:1, environment: { A: *all } }\n',
    [['yaml-invalid', 2]],
  ],
  ['nothing', '', [['compose-invalid', 1]]],
  ['a list', '- a\n', [['compose-invalid', 1]]],
  ['a word', 'hello\n', [['compose-invalid', 1]]],
  ['no services', 'volumes: {}\n', [['compose-invalid', 1]]],
  ['a version that is none', `version: "4"\n${service('')}`, [['compose-version-unknown', 1]]],
  ['the first version', 'web:\n  image: shop/web:1\n', [['compose-version-unknown', 1]]],
  [
    'a service that says nothing',
    'services:\n  web:\n  api: 3\n',
    [
      ['compose-invalid', 2],
      ['compose-invalid', 3],
    ],
  ],
  ['a service without image and build', 'services:\n  web:\n    command: serve\n', [['compose-invalid', 2]]],
  [
    'unknown keys, with the ones that were meant',
    service(
      'enviroment: [A=1]\nhealthcheck: { tset: ls }\ndeploy: { replica: 2 }\nbuild: { context: ., docker_file: x }',
    ).replace('    image: shop/web:1.0.0\n', ''),
    [
      ['compose-invalid', 3],
      ['compose-invalid', 4],
      ['compose-invalid', 5],
      ['compose-invalid', 6],
      ['compose-file-missing', 6],
    ],
  ],
  ['an unknown key at the top', `${service('')}service:\n  api: {}\n`, [['compose-invalid', 5]]],
  ['waiting for nobody', service('depends_on: [aip]', OTHER), [['compose-invalid', 4]]],
  [
    'waiting for one whose profile was not chosen',
    service('depends_on: [api]', `${OTHER}    profiles: [more]\n`),
    [['compose-invalid', 4]],
  ],
  [
    'waiting for each other',
    service('depends_on: [api]', `${OTHER}    depends_on: { web: { condition: service_healthy } }\n`),
    [['compose-cycle', 4]],
  ],
  ['waiting for itself', service('depends_on: [web]'), [['compose-cycle', 4]]],
  ['extending itself', service('extends: { service: api }', `${OTHER}    extends: web\n`), [['compose-cycle', 4]]],
  ['extending nobody', service('extends: aip', OTHER), [['compose-invalid', 4]]],
  ['extending from no file', service('extends: { file: gone.yaml, service: a }'), [['compose-file-missing', 4]]],
  ['including no file', `include: [gone.yaml]\n${service('')}`, [['compose-file-missing', 1]]],
  ['including itself', `include: [compose.yaml]\n${service('')}`, [['compose-cycle', 1]]],
  ['an env file that is not there', service('env_file: [gone.env]'), [['compose-file-missing', 4]]],
  [
    'a Dockerfile that is not there',
    service('build: ./gone').replace('    image: shop/web:1.0.0\n', ''),
    [['compose-file-missing', 3]],
  ],
  [
    'a config that is not there',
    service('configs: [a]', 'configs:\n  a: { file: gone.conf }\n'),
    [['compose-file-missing', 6]],
  ],
  [
    'a config that is not declared',
    service('configs: [limts]', 'configs:\n  limits: { content: x }\n'),
    [['compose-invalid', 4]],
  ],
  ['a secret that is not declared', service('secrets: [key]'), [['compose-invalid', 4]]],
  [
    'variables without a value',
    service('environment:\n  A: ${ONE:?}\n  B: "${TWO?say two} ${THREE:?}"'),
    [
      ['compose-variable-missing', 5],
      ['compose-variable-missing', 6],
      ['compose-variable-missing', 6],
    ],
  ],
  [
    'a config from a variable without a value',
    service('configs: [a]', 'configs:\n  a: { environment: NOT }\n'),
    [['compose-variable-missing', 6]],
  ],
  [
    'a dollar that begins nothing',
    service('environment: { A: $(date), B: "${C" }'),
    [
      ['compose-invalid', 4],
      ['compose-invalid', 4],
    ],
  ],
  [
    'a port that is none',
    service('ports: ["web:80", "99999", "8080:80:90:70"]'),
    [
      ['compose-invalid', 4],
      ['compose-invalid', 4],
      ['compose-invalid', 4],
    ],
  ],
])('%s is told, and nothing is written', async (_what, text, problems) => {
  const out = join(folder.path, 'out');
  const result = await folder.import(text, ['--out', out]);
  expect(result.problems.map(({ code, place }) => [code, place?.line])).toEqual(problems);
  for (const { message, fix } of result.problems)
    expect([message, fix].every((sentence) => /[.…]$|: say two$/.test(sentence))).toBe(true);
  expect([result.code, existsSync(out)]).toEqual([1, false]);
});

test('all files are told of at once, each by its name', async () => {
  folder.put('compose.prod.yaml', 'services:\n  web:\n    imagee: x\n');
  folder.put('base.yaml', 'services:\n  base:\n    env_file: gone.env\n    comand: x\n');
  folder.put('.env', 'A=1\nnot a line at all\nB="open\n');
  const result = await folder.import(service('extends: { file: base.yaml, service: base }'), [
    '--file',
    join(folder.path, 'compose.prod.yaml'),
  ]);
  expect(result.problems.map(({ code, place }) => `${code} ${folder.at(place!)}`).toSorted()).toEqual([
    'compose-file-missing base.yaml:3',
    'compose-invalid .env:2',
    'compose-invalid .env:3',
    'compose-invalid base.yaml:4',
    'compose-invalid compose.prod.yaml:3',
  ]);
});

test('a person reads what, where, expected and the fix', async () => {
  folder.put('compose.yaml', service('comand: serve'));
  const { code, out, error } = await callsign(['import', 'compose', join(folder.path, 'compose.yaml')]);
  expect([code, error]).toEqual([1, '']);
  expect(out).toBe(
    `${folder.path.replace(/^/, '')}/compose.yaml:4:13  services.web  [compose-invalid]
  Compose knows no key "comand" here.
  expected: command
  got: comand
  fix: Write command, if that is what was meant, or take it out.

1 problem: 1 compose-invalid
`.replace(folder.path, out.slice(0, out.indexOf('/compose.yaml'))),
  );
});

test('the values of secrets stand in no message', async () => {
  const result = await folder.import(
    service('environment: { PASSWORD: "in-the-${CLEAR" }\ncommand: "--password=in-the-$"\nports: ["in-the-clear"]'),
  );
  expect(result.problems.map(({ code }) => code)).toEqual(['compose-invalid', 'compose-invalid', 'compose-invalid']);
  expect(result.out.match(/in-the-(?!clear)/g)).toBeNull();
});

test('an alias bomb is refused soon', async () => {
  const lines = ['services:', '  web: { image: a:1 }', 'x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++) lines.push(`x-a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`);
  const result = await folder.import(lines.join('\n'));
  expect(result.problems.map(({ code }) => code)).toEqual(['yaml-invalid']);
});

describe('the command line', () => {
  const said = async (...argv: string[]) => (await callsign(['import', ...argv])).error.split('\n')[0];
  test.each([
    [[], 'Expected: import compose FILE. Got: import'],
    [['helm'], 'Expected: import compose FILE. Got: import helm'],
    [['compose'], 'Name the compose file: import compose FILE.'],
    [['compose', 'gone.yaml'], 'There is no file gone.yaml.'],
    [['compose', 'test'], 'There is no file test.'],
    [['compose', 'cdk8s.yaml', '--file', 'gone.yaml'], 'There is no file gone.yaml.'],
    [['compose', 'cdk8s.yaml', '--env-file', 'gone.env'], 'There is no file gone.env.'],
  ])('%j ends with 2', async (argv, message) => {
    expect(await said(...argv)).toBe(`callsign import: ${message}`);
    expect((await callsign(['import', ...argv])).code).toBe(2);
  });

  test('--out takes a file or a folder, and never writes over what is there', async () => {
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

  test('without --out the chart goes to the output, and the report beside it', async () => {
    folder.put('compose.yaml', service('privileged: true'));
    folder.put('compose.override.yaml', service(''));
    const { code, out, error } = await callsign(['import', 'compose', join(folder.path, 'compose.yaml')]);
    expect([code, out.startsWith("import { Chart } from 'cdk8s';")]).toEqual([1, true]);
    expect(error).toMatch(/^refused +\S+compose\.yaml:4 +services\.web\.privileged +Pods run under/m);
    expect(error).toMatch(/^2 keys: 1 converted, 0 approximated, 1 refused$/m);
    expect(error).toMatch(/compose\.override\.yaml lies beside it and was not read/);
  });

  test('a file that may not be read is told by its name', async () => {
    chmodSync(folder.put('compose.yaml', service('')), 0o000);

    chmodSync(folder.path, 0o755);
    const { code, error } = await asNobody(() => callsign(['import', 'compose', join(folder.path, 'compose.yaml')]));
    expect([code, error]).toEqual([
      2,
      expect.stringMatching(/^callsign import: EACCES: permission denied, open '\S+compose\.yaml'\n$/),
    ]);
  });

  test('within our own sources the chart imports the door itself', () => {
    const library = libraryFrom;
    expect([
      library(undefined),
      library('src/charts'),
      library('src/charts/deep'),
      library('src'),
      library('elsewhere'),
    ]).toEqual(['callsign', '../index', '../../index', './index', 'callsign']);
  });
});
