import { COMMANDS, main } from '../../src/cli/main';
import { app, callsign } from './run';

const OVERVIEW = `callsign COMMAND

Kubernetes manifests in TypeScript, where services call each other by name.

  synth         Writes the manifests of all charts; with any problem it writes nothing.
  check         Reports every problem in manifests. Paths: files, folders, - for standard input (default: the charts).
  requirements  Lists what the manifests need from the cluster. Paths: files, folders, - for standard input (default: the charts).
  graph         Prints the picture of who calls whom.
  schedule      Tells how many copies the clock asks for, now or at another time, and since and until when.
  import        Turns a compose file into a chart, and tells what became of each of its keys.
  images        Builds the images of our services, each only where its sources changed.
  dev           Runs the source of services live in their pods: a saved file is there within seconds, without a build.

callsign COMMAND --help tells the options of a command.
`;

const HELP = {
  synth: `callsign synth [--app FILE] [--env NAME] [--out DIR] [--replace KIND/NAME,…] [--compare NAME | --explain OPTION] [--json]

Writes the manifests of all charts; with any problem it writes nothing.

  --app …      the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …      the environment whose overrides apply (none: the charts as they stand)
  --out …      the folder for the manifests (k8s-out)
  --replace …  write a change that the cluster cannot make in place, and that you make by hand: statefulset/postgres
  --compare …  write nothing, but tell what that environment makes different
  --explain …  write nothing, but tell where the value of an option comes from: comments.replicas
  --json       tell it to a program
`,
  check: `callsign check [PATH…] [--profile NAME] [--app FILE] [--env NAME] [--format NAME | --json]
callsign check --explain CODE

Reports every problem in manifests. Paths: files, folders, - for standard input (default: the charts).

  --profile …  rules to apply: wiring, or hardened (default: wiring for paths, hardened for charts)
  --app …      the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …      the environment whose overrides apply (none: the charts as they stand)
  --format …   output format: text, json, sarif, or github for annotations in GitHub Actions (default: text)
  --json       the same as --format json
  --explain …  print the meaning of a code, the reason for it, and the fix
`,
  requirements: `callsign requirements [PATH…] [--app FILE] [--env NAME] [--json]

Lists what the manifests need from the cluster. Paths: files, folders, - for standard input (default: the charts).

  --app …  the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …  the environment whose overrides apply (none: the charts as they stand)
  --json   write JSON
`,
  graph: `callsign graph [--app FILE] [--env NAME] [--format mermaid|dot|svg] [--json]

Prints the picture of who calls whom.

  --app …     the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …     the environment whose overrides apply (none: the charts as they stand)
  --format …  mermaid, which GitHub shows; dot, for Graphviz; svg, for a browser (mermaid)
  --json      tell nodes and edges to a program
`,
  schedule: `callsign schedule [--at TIME] [--app FILE] [--env NAME] [--json]

Tells how many copies the clock asks for, now or at another time, and since and until when.

  --at …   a time by the clock of each schedule, 2026-03-29T02:30, or one for all, 2026-03-29T02:30Z (now)
  --app …  the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …  the environment whose overrides apply (none: the charts as they stand)
  --json   tell it to a program
`,
  import: `callsign import compose FILE [--file FILE]… [--profile NAME]… [--env-file FILE]… [--out FILE|DIR] [--json]

Turns a compose file into a chart, and tells what became of each of its keys.

  --file …      a further compose file, which is stronger than those before it
  --profile …   take in the services of that profile; * takes in all
  --env-file …  a file with variables (.env beside the compose file)
  --out …       the chart, or a folder for it (the chart goes to the output, the report to the error output)
  --json        tell chart and report to a program
`,
  images: `callsign images [--push [--registry NAME]] [--kind NAME] [--check] [--app FILE] [--env NAME] [--json]

Builds the images of our services, each only where its sources changed.

  --app …       the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …       the environment whose overrides apply (none: the charts as they stand)
  --push        push what the registry does not have yet, and record the digests
  --registry …  where to push, HOST[:PORT][/PATH] (the registry of the environment)
  --kind …      load the images into the kind cluster of that name
  --check       start each image as the cluster would, and look at it from outside
  --json        tell what was done to a program
`,
  dev: `callsign dev [NAME…] [--once] [--context NAME] [--app FILE] [--env NAME]

Runs the source of services live in their pods: a saved file is there within seconds, without a build.

  --app …      the module whose default export is the cdk8s App (src/charts/app.ts)
  --env …      the environment that was applied (dev)
  --context …  kubectl's context of the cluster (the current one)
  --once       bring the source there once, and end
`,
};

test('every command has its usage here', () => {
  expect(Object.keys(HELP)).toEqual(Object.keys(COMMANDS));
});

test.each(Object.entries(COMMANDS))('every option of %s stands in its usage', (_, { usage, options }) => {
  expect(Object.keys(options).filter((option) => !usage.includes(`--${option}`))).toEqual([]);
});

test.each(['--help', '-h', 'help'])('%s tells the commands', async (argument) => {
  expect(await callsign([argument])).toEqual({ code: 0, out: OVERVIEW, error: '' });
});

test('without a command it tells them too, as an error', async () => {
  expect(await callsign([])).toEqual({ code: 2, out: '', error: OVERVIEW });
});

test.each(Object.entries(HELP))('%s --help tells its options, whatever else is said', async (command, help) => {
  expect(await callsign([command, '--help'])).toEqual({ code: 0, out: help, error: '' });
  expect(
    await callsign([command, '-h', ...(command === 'import' ? ['compose', 'gone.yaml'] : ['--app', 'gone.ts'])]),
  ).toEqual({ code: 0, out: help, error: '' });
});

describe('a wrong command line ends with 2', () => {
  test.each([
    ['chek', 'there is no command "chek". Did you mean check?'],
    ['syth', 'there is no command "syth". Did you mean synth?'],
    ['deploy', 'there is no command "deploy".'],
    ['toString', 'there is no command "toString".'],
    ['__proto__', 'there is no command "__proto__".'],
    ['', 'there is no command "".'],
    ['--json', 'there is no command "--json".'],
  ])('%j is no command', async (command, message) => {
    expect(await callsign([command])).toEqual({ code: 2, out: '', error: `callsign: ${message}\n\n${OVERVIEW}` });
  });

  test.each(Object.entries(HELP))('%s with an unknown option', async (command, help) => {
    const { code, out, error } = await callsign([command, '--jsn']);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(new RegExp(`^callsign ${command}: Unknown option '--jsn'`));
    expect(error.endsWith(`\n\n${help}`)).toBe(true);
  });

  test.each([
    ['synth', '--out'],
    ['synth', '--app'],
    ['graph', '--format'],
    ['images', '--kind'],
    ['schedule', '--at'],
  ])('%s with %s and nothing after it', async (command, option) => {
    const { code, error } = await callsign([command, option]);
    expect(code).toBe(2);
    expect(error).toMatch(new RegExp(`^callsign ${command}: Option '${option} <value>' argument missing`));
  });

  test('a flag with a value', async () => {
    expect(await callsign(['check', '--json=yes'])).toMatchObject({
      code: 2,
      error: expect.stringMatching(/^callsign check: Option '--json' does not take an argument/),
    });
  });

  test.each(['synth', 'graph', 'images', 'schedule'] as const)('%s with a word', async (command) => {
    expect(await callsign([command, 'now'])).toEqual({
      code: 2,
      out: '',
      error: `callsign ${command}: "now" is one word too many.\n\n${HELP[command]}`,
    });
  });
});

test('what nobody foresaw is not hidden', async () => {
  const out = () => {
    throw new TypeError('a mistake of ours');
  };
  await expect(
    main(['graph', '--app', app('shop.ts')], { out, error: () => {}, environment: {}, terminal: false }),
  ).rejects.toThrow('a mistake of ours');
});
