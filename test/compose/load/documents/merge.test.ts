import { body, composeFolder, service } from '../../import';

const folder = composeFolder();

/** The chart's microservice after a second file, and what became of the first one's keys. */
async function merged(first: string, second: string) {
  folder.put('second.yaml', `services:\n  web:\n${second.replace(/^(?=.)/gm, '    ')}\n`);
  const result = await folder.import(service(first), ['--file', `${folder.path}/second.yaml`]);
  expect(result.problems).toEqual([]);
  const lost = result.report
    .filter(({ why }) => why?.includes('takes its place'))
    .map(({ path }) => path.replace('services.web.', ''));
  return { text: body(result.chart), lost };
}

test('scalars: the later one holds', async () => {
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

test('command, entrypoint and the test of a health check: the later one holds as a whole', async () => {
  const { text } = await merged(
    'command: [a, b]\nentrypoint: [c, d]\nhealthcheck: { test: [CMD, e, f], interval: 7s }',
    'command: x\nentrypoint: [y]\nhealthcheck: { test: [CMD, z] }',
  );
  expect(text).toContain("args: ['x']");
  expect(text).toContain("command: ['y']");
  expect(text).toContain("ready: ['z'], interval: 7");
});

test('volumes, secrets and configs: by where they are mounted', async () => {
  const { text, lost } = await merged(
    'volumes: ["aa:/one", "bb:/two:ro"]',
    'volumes: [{ type: volume, source: cc, target: /two }, "dd:/three"]',
  );
  expect(text).toMatch(/'\/one': aa[^]*'\/two': cc[^]*'\/three': dd/);
  expect(lost).toEqual(['volumes[1]']);
});

test('other lists: added to, each entry once', async () => {
  const { text, lost } = await merged(
    'tmpfs: [/one, /two]\nports: ["80:8080"]',
    'tmpfs: /two\nports: ["80:8080", "9000:9000"]',
  );
  expect(text).toContain("writable: ['/tmp', '/one', '/two']");
  expect(text).toContain("ports: { 'port-9000': 9000 }");
  expect(lost).toEqual(['tmpfs[1]', 'ports[0]']);
});

test('logging of another driver takes the place of all of it', async () => {
  const { lost } = await merged('logging: { driver: syslog, options: { a: b } }', 'logging: { driver: none }');
  expect(lost).toEqual(['logging.driver', 'logging.options.a']);
});

test('build: its short and its long form are one', async () => {
  folder.put('web/Dockerfile', 'FROM scratch\n');
  folder.put('web/Other', 'FROM scratch\n');
  const { text } = await merged('build: ./web', 'build: { dockerfile: Other }');
  expect(text).toMatch(/Image\.service\('web', \{[^}]*folder: '\S+\/web',[^}]*dockerfile: 'Other'/);
});

test('depends_on and networks: their short and their long forms are one', async () => {
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
    expect.stringMatching(/second\.yaml:3 takes its place/),
  ]);
});

test('!reset takes out, !override takes the place of all of it', async () => {
  const { text } = await merged(
    'tmpfs: [/one]\nenvironment: { A: 1, B: 1 }\nuser: "1234"',
    'tmpfs: !override [/two]\nenvironment: { A: !reset null }\nuser: !reset ""',
  );
  expect(text).toContain("writable: ['/tmp', '/two']");
  expect(text).toContain('env: { B: 1 }');
  expect(text).not.toContain('user');
});

test('three files: the last one is the strongest', async () => {
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

test('extends: the base first, then what the service says itself; paths are those of their own file', async () => {
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

describe('variables come from', () => {
  const A = service('environment: { A: "${A}" }');
  const value = async (args: string[], environment: Record<string, string>) =>
    /A: '(\w*)'/.exec((await folder.import(A, args, environment)).chart)![1];

  test('the shell, then the last --env-file, or else .env', async () => {
    folder.put('.env', 'A=dotenv\n');
    const files = [folder.put('one.env', 'A=one\n'), folder.put('two.env', 'A=two\n')].flatMap((file) => [
      '--env-file',
      file,
    ]);
    expect(await value([], {})).toBe('dotenv');
    expect(await value(files, {})).toBe('two');
    expect(await value(files, { A: 'shell' })).toBe('shell');
    expect(await value(['--env-file', folder.put('none.env', '')], {})).toBe('');
    expect(await value([], { A: '' })).toBe('');
  });

  test('and of a container: environment, then the last env_file', async () => {
    folder.put('1.env', 'A=1\nB=1\nC=1\n');
    folder.put('2.env', 'B=2\nC=2\n');
    const { chart } = await folder.import(service('env_file: [1.env, 2.env]\nenvironment: { C: 3 }'));
    expect(body(chart)).toContain("env: { A: '1', B: '2', C: 3 }");
  });

  test('a variable that is taken for empty is told', async () => {
    expect((await folder.import(A)).warnings).toEqual([
      expect.stringMatching(/compose\.yaml:4: the variable A is not set, and taken for empty\.$/),
    ]);
  });

  test('an env file that need not be there', async () => {
    expect(await folder.import(service('env_file: [{ path: gone.env, required: false }]'))).toMatchObject({
      code: 0,
      problems: [],
    });
    folder.put('raw.env', 'A="$B"\n');
    expect((await folder.import(service('env_file: [{ path: raw.env, format: raw }]'))).chart).toContain(`A: '"$B"'`);
  });
});

describe('profiles', () => {
  const text = service(
    '',
    [
      '  debug:\n    image: shop/debug:1\n    profiles: [debug]',
      '  test:\n    image: shop/test:1\n    profiles: [test, more]',
    ].join('\n'),
  );
  const names = async (args: string[], environment: Record<string, string> = {}) =>
    [...(await folder.import(text, args, environment)).chart.matchAll(/new Microservice\(this, '(\w+)'/g)].map(
      ([, name]) => name,
    );
  test('choose services', async () => {
    expect(await names([])).toEqual(['web']);
    expect(await names(['--profile', 'debug'])).toEqual(['web', 'debug']);
    expect(await names(['--profile', 'more', '--profile', 'debug'])).toEqual(['web', 'debug', 'test']);
    expect(await names(['--profile', '*'])).toEqual(['web', 'debug', 'test']);
    expect(await names([], { COMPOSE_PROFILES: 'test,other' })).toEqual(['web', 'test']);
    expect(await names(['--profile', 'debug'], { COMPOSE_PROFILES: 'test' })).toEqual(['web', 'debug']);
  });
});

test('the project is called by COMPOSE_PROJECT_NAME, its name or its folder', async () => {
  const name = async (text: string, environment = {}) =>
    (JSON.parse((await folder.import(text, [], environment)).out) as { name: string }).name;
  expect(await name(`name: shop\n${service('')}`)).toBe('shop');
  expect(await name(`name: shop\n${service('')}`, { COMPOSE_PROJECT_NAME: 'Other_1' })).toBe('other-1');
  expect(await name(service(''))).toMatch(/^callsign-cli-/);
});
