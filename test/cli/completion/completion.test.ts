import { spawnSync } from 'node:child_process';
import { bashCompletion } from '../../../src/cli/completion/bash';
import { completedCommands } from '../../../src/cli/completion/completed-command';
import { fishCompletion } from '../../../src/cli/completion/fish';
import { zshCompletion } from '../../../src/cli/completion/zsh';
import { COMMANDS } from '../../../src/cli/main';
import { callsign, temporaryFolder } from '../run';
import { SAMPLE } from './sample';
import { completeInBash, completeInFish, hasShell } from './shells';

const sample = completedCommands(SAMPLE);
const withFish = hasShell('fish') ? describe : describe.skip;
const withZsh = hasShell('zsh') ? describe : describe.skip;
const folder = temporaryFolder();

const scriptOf = async (shell: string) => {
  const { code, out, error } = await callsign(['completion', shell]);
  expect([code, error]).toEqual([0, '']);
  return out;
};

/** The words of a line that ends at the cursor, as bash splits it. */
const split = (line: string) => line.split(/ |(?<==)|(?==)/);

describe('what is completed', () => {
  const named = (name: string) => sample.find((command) => command.name === name)!;

  test('the words come from the usage', () => {
    expect(Object.fromEntries(sample.map(({ name, words }) => [name, words]))).toEqual({
      check: { placeholder: 'PATH', values: [], paths: 'files' },
      import: { placeholder: 'FILE', values: ['compose'], paths: 'files' },
      init: { placeholder: 'DIR', values: [], paths: 'folders' },
      shell: { placeholder: 'NAME', values: ['bash', 'fish'] },
      status: { placeholder: 'PART', values: [] },
      stop: undefined,
      help: { placeholder: 'COMMAND', values: Object.keys(SAMPLE) },
    });
  });

  test('the values of options come from the options, and their placeholders from the usage', () => {
    expect(named('check').options.map(({ name, value }) => [name, value])).toEqual([
      ['--app', { placeholder: 'FILE', values: [], paths: 'files' }],
      ['--format', { placeholder: 'text|json', values: ['text', 'json'] }],
      ['--explain', { placeholder: 'CODE', values: [] }],
      ['--json', undefined],
      ['--help', undefined],
    ]);
    expect(named('import').options.map(({ name, value, isRepeatable }) => [name, value?.paths, isRepeatable])).toEqual([
      ['--file', 'files', true],
      ['--out', 'folders', false],
      ['--help', undefined, false],
    ]);
  });

  test('the usage of every command names a placeholder for each option with a value', () => {
    const missing = completedCommands(COMMANDS).flatMap(({ name, options }) =>
      options.filter(({ value }) => value?.placeholder === 'VALUE').map((option) => `${name} ${option.name}`),
    );
    expect(missing).toEqual([]);
  });

  test('values and words are safe in a script', () => {
    const all = completedCommands(COMMANDS).flatMap(({ name, options, words }) => [
      name,
      ...(words?.values ?? []),
      ...options.flatMap((option) => [option.name, ...(option.value?.values ?? [])]),
    ]);
    expect(all.filter((text) => !/^[\w-]+$/.test(text))).toEqual([]);
  });
});

test('the scripts for bash, zsh and fish', () => {
  expect(bashCompletion(sample)).toMatchSnapshot('bash');
  expect(zshCompletion(sample)).toMatchSnapshot('zsh');
  expect(fishCompletion(sample)).toMatchSnapshot('fish');
});

test.each([
  [[], 'nothing'],
  [['tcsh'], '"tcsh"'],
  [['toString'], '"toString"'],
])('completion %j names the shells', async (words, got) => {
  expect(await callsign(['completion', ...words])).toEqual({
    code: 2,
    out: '',
    error: `callsign completion: Expected: the name of a shell: bash, zsh, fish. Got: ${got}.\n`,
  });
});

describe('bash', () => {
  const complete = (line: string) => completeInBash(bashCompletion(sample), split(line), folder.path);

  test('completes all commands and all their options', async () => {
    const script = await scriptOf('bash');
    expect(completeInBash(script, [''])).toEqual([...Object.keys(COMMANDS), 'help']);
    for (const [name, { options }] of Object.entries(COMMANDS))
      expect([name, completeInBash(script, [name, '-'])]).toEqual([
        name,
        [...Object.keys(options).map((option) => `--${option}`), '--help'],
      ]);
  });

  test('completes the values of real options', async () => {
    const script = await scriptOf('bash');
    expect(completeInBash(script, ['graph', '--format', ''])).toEqual(['mermaid', 'dot', 'svg', 'text', 'markdown']);
    expect(completeInBash(script, ['check', '--format', ''])).toEqual(['text', 'json', 'sarif', 'github', 'junit']);
    expect(completeInBash(script, ['check', '--profile', 'h'])).toEqual(['hardened']);
    expect(completeInBash(script, ['import', ''])).toEqual(['compose']);
    expect(completeInBash(script, ['completion', ''])).toEqual(['bash', 'zsh', 'fish']);
  });

  test.each([
    ['s', ['shell', 'status', 'stop']],
    ['-', ['--help', '--version']],
    ['gone ', []],
    ['gone -', []],
    ['help s', ['shell', 'status', 'stop']],
    ['help stop ', []],
    ['check --f', ['--format']],
    ['check --format ', ['text', 'json']],
    ['check --format t', ['text']],
    ['check --format=', ['text', 'json']],
    ['check --format=j', ['json']],
    ['check --format text --j', ['--json']],
    ['check --explain ', []],
    ['shell ', ['bash', 'fish']],
    ['shell bash ', []],
    ['stop ', ['--app', '--help']],
    ['status ', []],
    ['status web --a', ['--all']],
    ['import ', ['compose']],
  ])('callsign %s', (line, candidates) => {
    expect(complete(line)).toEqual(candidates);
  });

  test('completes files and folders', () => {
    folder.put('a chart.ts', '');
    folder.put('apps/b.ts', '');
    expect(complete('check --app a').toSorted()).toEqual(['a chart.ts', 'apps']);
    expect(complete('check --app=apps/')).toEqual(['apps/b.ts']);
    expect(complete('check apps/b')).toEqual(['apps/b.ts']);
    expect(complete('import --out a')).toEqual(['apps']);
    expect(complete('init ')).toEqual(['apps']);
    expect(complete('import compose a').toSorted()).toEqual(['a chart.ts', 'apps']);
    expect(complete('import --file a compose apps/')).toEqual(['apps/b.ts']);
  });
});

withFish('fish', () => {
  const complete = (line: string) => completeInFish(fishCompletion(sample), `callsign ${line}`, folder.path).toSorted();

  test('completes all commands and all their options', async () => {
    const script = await scriptOf('fish');
    expect(completeInFish(script, 'callsign ').toSorted()).toEqual([...Object.keys(COMMANDS), 'help'].toSorted());
    for (const [name, { options }] of Object.entries(COMMANDS))
      expect([name, completeInFish(script, `callsign ${name} --`).toSorted()]).toEqual([
        name,
        [...Object.keys(options), 'help'].map((option) => `--${option}`).toSorted(),
      ]);
  });

  test('completes values, words and files', () => {
    folder.put('a chart.ts', '');
    folder.put('apps/b.ts', '');
    const lines = [
      'check --format ',
      'check --format=j',
      'check --explain ',
      'shell ',
      'shell bash ',
      'import ',
      'help s',
    ];
    expect(Object.fromEntries(lines.map((line) => [line, complete(line)]))).toEqual({
      'check --format ': ['json', 'text'],
      'check --format=j': ['--format=json'],
      'check --explain ': [],
      'shell ': ['bash', 'fish'],
      'shell bash ': [],
      'import ': ['compose'],
      'help s': ['shell', 'status', 'stop'],
    });
    expect(complete('check --app a')).toEqual(['a chart.ts', 'apps/']);
    expect(complete('check apps/')).toEqual(['apps/b.ts']);
    expect(complete('import compose apps/')).toEqual(['apps/b.ts']);
  });
});

withZsh('zsh', () => {
  test('reads the script', async () => {
    const file = folder.put('_callsign', await scriptOf('zsh'));
    const { status, stderr } = spawnSync('zsh', ['-f', '-n', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  /** What the script hands to the function of zsh that completes: a function of the same name records it. */
  test('gives each option with its help and its values to _arguments', () => {
    const program = `
compdef() { :; }
_describe() { :; }
_arguments() { printf '%s\\n' "$@"; [[ $1 == -C ]] && state=arguments; }
eval "$1"
words=(check); _callsign`;
    const { stdout } = spawnSync('zsh', ['-f', '-c', program, 'zsh', zshCompletion(sample)], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining([
        '--app=[the module]:FILE:_files',
        String.raw`--format=[the format\: text, or json]:text|json:(text json)`,
        String.raw`--json[the same as 'json' \[of --format\]]`,
        '*:PATH:_files',
      ]),
    );
  });
});
