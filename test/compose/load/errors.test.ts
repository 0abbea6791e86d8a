import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { callsign } from '../../cli/run';
import { composeFolder, service } from '../import';

const folder = composeFolder();
const OTHER = '  api:\n    image: shop/api:1\n';

/** What is wrong, the file, and all problems with their lines. */
test.each<[what: string, text: string, problems: [code: string, line: number][]]>([
  ['invalid YAML', 'services:\n  web: [\n', [['yaml-invalid', 3]]],
  ['a key twice', 'services:\n  web:\n    image: a:1\n    image: b:1\n', [['yaml-invalid', 4]]],
  ['two documents', `${service('')}---\n${service('')}`, [['yaml-invalid', 5]]],
  ['an alias without an anchor', service('environment: *nothing'), [['yaml-invalid', 4]]],
  [
    'an alias within itself',
    'services: &all\n  web: { image: a:1, environment: { A: *all } }\n',
    [['yaml-invalid', 2]],
  ],
  ['an empty file', '', [['compose-invalid', 1]]],
  ['a list', '- a\n', [['compose-invalid', 1]]],
  ['a word', 'hello\n', [['compose-invalid', 1]]],
  ['no services', 'volumes: {}\n', [['compose-invalid', 1]]],
  ['a version that does not exist', `version: "4"\n${service('')}`, [['compose-version-unknown', 1]]],
  ['the first version', 'web:\n  image: shop/web:1\n', [['compose-version-unknown', 1]]],
  [
    'an empty service',
    'services:\n  web:\n  api: 3\n',
    [
      ['compose-invalid', 2],
      ['compose-invalid', 3],
    ],
  ],
  ['a service without image and build', 'services:\n  web:\n    command: serve\n', [['compose-invalid', 2]]],
  [
    'unknown keys',
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
  ['a dependency that does not exist', service('depends_on: [aip]', OTHER), [['compose-invalid', 4]]],
  [
    'a dependency without a chosen profile',
    service('depends_on: [api]', `${OTHER}    profiles: [more]\n`),
    [['compose-invalid', 4]],
  ],
  [
    'services that depend on each other',
    service('depends_on: [api]', `${OTHER}    depends_on: { web: { condition: service_healthy } }\n`),
    [['compose-cycle', 4]],
  ],
  ['a service that depends on itself', service('depends_on: [web]'), [['compose-cycle', 4]]],
  [
    'services that extend each other',
    service('extends: { service: api }', `${OTHER}    extends: web\n`),
    [['compose-cycle', 4]],
  ],
  ['an extended service that does not exist', service('extends: aip', OTHER), [['compose-invalid', 4]]],
  [
    'an extended file that does not exist',
    service('extends: { file: gone.yaml, service: a }'),
    [['compose-file-missing', 4]],
  ],
  ['an included file that does not exist', `include: [gone.yaml]\n${service('')}`, [['compose-file-missing', 1]]],
  ['a file that includes itself', `include: [compose.yaml]\n${service('')}`, [['compose-cycle', 1]]],
  ['an env file that does not exist', service('env_file: [gone.env]'), [['compose-file-missing', 4]]],
  [
    'a Dockerfile that does not exist',
    service('build: ./gone').replace('    image: shop/web:1.0.0\n', ''),
    [['compose-file-missing', 3]],
  ],
  [
    'a config that does not exist',
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
    'a dollar that does not start a variable',
    service('environment: { A: "${1}", B: "${C" }'),
    [
      ['compose-invalid', 4],
      ['compose-invalid', 4],
    ],
  ],
  [
    'an invalid port',
    service('ports: ["web:80", "99999", "8080:80:90:70"]'),
    [
      ['compose-invalid', 4],
      ['compose-invalid', 4],
      ['compose-invalid', 4],
    ],
  ],
])('%s: all problems are reported, and nothing is written', async (_what, text, problems) => {
  const out = join(folder.path, 'out');
  const result = await folder.import(text, ['--out', out]);
  expect(result.problems.map(({ code, place }) => [code, place?.line])).toEqual(problems);
  for (const { message, fix } of result.problems)
    expect([message, fix].every((sentence) => /[.…]$|: say two$/.test(sentence))).toBe(true);
  expect([result.code, existsSync(out)]).toEqual([1, false]);
});

test('the problems of all files are reported together', async () => {
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

test('a problem has a message, a place, the expected value and a fix', async () => {
  folder.put('compose.yaml', service('comand: serve'));
  const { code, out, error } = await callsign(['import', 'compose', join(folder.path, 'compose.yaml')]);
  expect([code, error]).toEqual([1, '']);
  expect(out).toBe(
    `${folder.path.replace(/^/, '')}/compose.yaml:4:13  services.web  [compose-invalid]
  Compose has no key "comand" here.
  expected: command
  got: comand
  fix: Write command if you mean that key. Otherwise remove the key.

1 problem: 1 compose-invalid
`.replace(folder.path, out.slice(0, out.indexOf('/compose.yaml'))),
  );
});

test('messages contain no secret values', async () => {
  const result = await folder.import(
    service('environment: { PASSWORD: "in-the-${CLEAR" }\ncommand: "--password=in-the-${"\nports: ["in-the-clear"]'),
  );
  expect(result.problems.map(({ code }) => code)).toEqual(['compose-invalid', 'compose-invalid', 'compose-invalid']);
  expect(result.out.match(/in-the-(?!clear)/g)).toBeNull();
  const text = await callsign(['import', 'compose', join(folder.path, 'compose.yaml')]);
  expect(text.out).toContain('3 compose-invalid');
  expect(text.out.match(/in-the-(?!clear)/g)).toBeNull();
});

test('a file with exponential aliases is refused', async () => {
  const lines = ['services:', '  web: { image: a:1 }', 'x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++) lines.push(`x-a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`);
  const result = await folder.import(lines.join('\n'));
  expect(result.problems.map(({ code }) => code)).toEqual(['yaml-invalid']);
});
