import { body, composeFolder, service } from '../import';

const folder = composeFolder();

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

  test('for a container: environment, then the last env_file', async () => {
    folder.put('1.env', 'A=1\nB=1\nC=1\n');
    folder.put('2.env', 'B=2\nC=2\n');
    const { chart } = await folder.import(service('env_file: [1.env, 2.env]\nenvironment: { C: 3 }'));
    expect(body(chart)).toContain("env: { A: '1', B: '2', C: 3 }");
  });

  test('a variable without a value is a warning', async () => {
    expect((await folder.import(A)).warnings).toEqual([
      expect.stringMatching(/compose\.yaml:4: The variable A is not set\. Its value is empty\.$/),
    ]);
  });

  test('an optional env file', async () => {
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

test('the name of the project comes from COMPOSE_PROJECT_NAME, the key name or the folder', async () => {
  const name = async (text: string, environment = {}) =>
    (JSON.parse((await folder.import(text, [], environment)).out) as { name: string }).name;
  expect(await name(`name: shop\n${service('')}`)).toBe('shop');
  expect(await name(`name: shop\n${service('')}`, { COMPOSE_PROJECT_NAME: 'Other_1' })).toBe('other-1');
  expect(await name(service(''))).toMatch(/^callsign-cli-/);
});
