import { body, composeFolder, service } from '../../import';

const folder = composeFolder();

/** The chart's microservice after a second file, and the overridden keys of the first one. */
async function merged(first: string, second: string) {
  folder.put('second.yaml', `services:\n  web:\n${second.replace(/^(?=.)/gm, '    ')}\n`);
  const result = await folder.import(service(first), ['--file', `${folder.path}/second.yaml`]);
  expect(result.problems).toEqual([]);
  const lost = result.report
    .filter(({ why }) => why?.endsWith('overrides it.'))
    .map(({ path }) => path.replace('services.web.', ''));
  return { text: body(result.chart), lost };
}

test('scalars: the later one counts', async () => {
  const { text, lost } = await merged('working_dir: /one', 'working_dir: /two\nimage: shop/web:2.0.0');
  expect(text).toContain("Image.of('shop/web:2.0.0')");
  expect(text).toContain("workingDir: '/two'");
  expect(lost).toEqual(['image', 'working_dir']);
});

test.each([
  ['map and map', 'environment: { A: 1, B: 1 }', 'environment: { B: 2, C: 2 }'],
  ['list and map', 'environment: [A=1, B=1]', 'environment: { B: 2, C: 2 }'],
  ['map and list', 'environment: { A: 1, B: 1 }', 'environment: [B=2, C=2]'],
])('environment: merged by name, %s', async (_how, first, second) => {
  const { text, lost } = await merged(first, second);
  expect(text).toMatch(/env: \{ A: '?1'?, B: '?2'?, C: '?2'? \}/);
  expect(lost).toHaveLength(1);
});

test('command, entrypoint and the test of a health check: the later one counts, without a merge', async () => {
  const { text } = await merged(
    'command: [a, b]\nentrypoint: [c, d]\nhealthcheck: { test: [CMD, e, f], interval: 7s }',
    'command: x\nentrypoint: [y]\nhealthcheck: { test: [CMD, z] }',
  );
  expect(text).toContain("args: ['x']");
  expect(text).toContain("command: ['y']");
  expect(text).toContain("ready: ['z'], interval: 7");
});

test('volumes, secrets and configs: merged by their targets', async () => {
  const { text, lost } = await merged(
    'volumes: ["aa:/one", "bb:/two:ro"]',
    'volumes: [{ type: volume, source: cc, target: /two }, "dd:/three"]',
  );
  expect(text).toMatch(/'\/one': aa[^]*'\/two': cc[^]*'\/three': dd/);
  expect(lost).toEqual(['volumes[1]']);
});

test('other lists: joined, each entry once', async () => {
  const { text, lost } = await merged(
    'tmpfs: [/one, /two]\nports: ["80:8080"]',
    'tmpfs: /two\nports: ["80:8080", "9000:9000"]',
  );
  expect(text).toContain("writable: ['/one', '/two']");
  expect(text).toContain("ports: { 'port-9000': 9000 }");
  expect(lost).toEqual(['tmpfs[1]', 'ports[0]']);
});

test('logging with another driver overrides all of it', async () => {
  const { lost } = await merged('logging: { driver: syslog, options: { a: b } }', 'logging: { driver: none }');
  expect(lost).toEqual(['logging.driver', 'logging.options.a']);
});

test('build: the short form and the long form merge', async () => {
  folder.put('web/Dockerfile', 'FROM scratch\n');
  folder.put('web/Other', 'FROM scratch\n');
  const { text } = await merged('build: ./web', 'build: { dockerfile: Other }');
  expect(text).toMatch(/Image\.service\('web', \{[^}]*folder: '\S+\/web',[^}]*dockerfile: 'Other'/);
});

test('depends_on and networks: the short form and the long form merge', async () => {
  folder.put(
    'second.yaml',
    'services:\n  web:\n    depends_on: { api: { condition: service_healthy } }\n    networks: { default: { aliases: [www] } }\n',
  );
  const result = await folder.import(
    service(
      'depends_on: [api]\nnetworks: [default]',
      '  api:\n    image: shop/api:1\n    expose: [80]\n    environment: { SELF: "http://www" }\n',
    ),
    ['--file', `${folder.path}/second.yaml`],
  );
  expect(body(result.chart)).toContain('web.calls(api);');
  expect(result.report.filter(({ path }) => path === 'services.web.depends_on[0]').map(({ why }) => why)).toEqual([
    expect.stringMatching(/second\.yaml:3 overrides it\.$/),
  ]);
});

test('!reset removes a key, !override overrides all of it', async () => {
  const { text } = await merged(
    'tmpfs: [/one]\nenvironment: { A: 1, B: 1 }\nuser: "1234"',
    'tmpfs: !override [/two]\nenvironment: { A: !reset null }\nuser: !reset ""',
  );
  expect(text).toContain("writable: ['/two']");
  expect(text).toContain('env: { B: 1 }');
  expect(text).not.toMatch(/\buser:/);
});

test('three files: the last one counts', async () => {
  folder.put('2.yaml', 'services: { web: { environment: { A: 2, B: 2 } } }');
  folder.put('3.yaml', 'services: { web: { environment: { B: 3 } } }');
  const result = await folder.import(service('environment: { A: 1, B: 1, C: 1 }'), [
    '--file',
    `${folder.path}/2.yaml`,
    '--file',
    `${folder.path}/3.yaml`,
  ]);
  expect(body(result.chart)).toContain('env: { A: 2, B: 3, C: 1 }');
});

test('extends: the service overrides its base, and paths are relative to their own file', async () => {
  folder.put(
    'deep/base.yaml',
    'services:\n  base:\n    environment: { A: base, B: base }\n    volumes: ["./a.txt:/a.txt:ro"]\n    env_file: base.env\n',
  );
  folder.put('deep/a.txt', 'text');
  folder.put('deep/base.env', 'C=file\n');
  const result = await folder.import(
    service('extends: { file: deep/base.yaml, service: base }\nenvironment: { B: own }'),
  );
  expect(body(result.chart)).toContain("env: { C: 'file', A: 'base', B: 'own' }");
  expect(body(result.chart)).toMatch(/'\/a\.txt': \{ file: '\S+\/deep\/a\.txt' \}/);
});
