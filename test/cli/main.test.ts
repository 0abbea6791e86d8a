import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, main } from '../../src/cli/main';
import { app, callsign } from './run';

const OVERVIEW = `callsign COMMAND

Kubernetes manifests in TypeScript, where services call each other by name.

  synth         Writes the manifests of all charts. Writes nothing if there is a problem.
  check         Reports every problem in manifests. Paths: files, folders, - for standard input (default: the charts).
  requirements  Lists what the manifests need from the cluster. Paths: files, folders, - for standard input (default: the charts).
  graph         Prints the diagram of all calls. Paths: manifests of any origin (default: the charts).
  diff          Shows what apply would change in the cluster. Exits with 1 if there is a difference.
  apply         Applies the charts to the cluster, deletes what left them, and waits until everything is ready.
  history       Lists the last releases: when they were applied, and whether they became ready.
  rollback      Applies an earlier release again: the given one, or the last one before that became ready.
  status        Shows what runs: replicas, images, restarts, nodes, and what is not ready. Exits with 1 if something is not.
  logs          Prints the logs of all pods of parts, with one color per part.
  restart       Replaces the pods of parts without a failed request, and waits until the new pods are ready.
  schedule      Shows the replicas that each schedule sets, now or at another time, with the previous and the next step.
  init          Writes a new project, or adds charts to a folder with Dockerfiles or a Compose file. Overwrites nothing.
  import        Turns a Compose file into a chart, or CustomResourceDefinitions into constructs.
  images        Builds the images of services whose sources changed.
  start         Runs the charts on this machine as processes, with their databases, until Ctrl-C.
  dev           Copies saved source files into the running pods of services, without a build.
  doctor        Shows what is missing on this machine and in the cluster, with fixes. Exits with 1 if the charts need something that is missing.
  completion    Prints a script with which a shell completes commands, options and their values.

Run callsign COMMAND --help for the options of a command, and callsign --version for the version.
`;

const HELP = {
  synth: `callsign synth [--app FILE] [--env NAME] [--out DIR] [--replace KIND/NAME,…] [--watch | --compare NAME | --explain OPTION] [--json]

Writes the manifests of all charts. Writes nothing if there is a problem.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment whose overrides apply (default: no overrides)
  --out …      the folder for the manifests (default: k8s-out)
  --replace …  write these objects although the cluster cannot change them in place: statefulset/postgres
  --compare …  write nothing; show the differences to that environment
  --explain …  write nothing; show where the value of an option comes from: comments.replicas
  --watch      write them again after each change of a file, until Ctrl-C
  --json       print JSON
`,
  check: `callsign check [PATH…] [--profile NAME] [--baseline FILE | --write-baseline FILE] [--app FILE] [--env NAME] [--kubernetes VERSION] [--format NAME | --json]
callsign check --explain CODE [--json]

Reports every problem in manifests. Paths: files, folders, - for standard input (default: the charts).

  --profile …         rules to apply: wiring, or hardened (default: wiring for paths, hardened for charts)
  --baseline …        report only problems that this file does not contain
  --write-baseline …  write all current problems to this file, for --baseline
  --app …             the module whose default export is the app (default: src/charts/app.ts)
  --env …             the environment whose overrides apply (default: no overrides)
  --kubernetes …      the version of the cluster, such as 1.34: also report what it does not have, and what it deprecates
  --format …          output format: text, json, sarif, github for annotations in GitHub Actions, or junit (default: text)
  --json              the same as --format json
  --explain …         print the meaning of a code, the reason for it, and the fix
`,
  requirements: `callsign requirements [PATH…] [--app FILE] [--env NAME] [--json]

Lists what the manifests need from the cluster. Paths: files, folders, - for standard input (default: the charts).

  --app …  the module whose default export is the app (default: src/charts/app.ts)
  --env …  the environment whose overrides apply (default: no overrides)
  --json   write JSON
`,
  graph: `callsign graph [PATH…] [--diff REV|DIR] [--app FILE] [--env NAME] [--format mermaid|dot|svg|text|markdown] [--json]

Prints the diagram of all calls. Paths: manifests of any origin (default: the charts).

  --diff …    show which calls the paths open and close since that git revision or folder (paths: k8s-out). Exits with 1 if there is a difference
  --app …     the module whose default export is the app (default: src/charts/app.ts)
  --env …     the environment whose overrides apply (default: no overrides)
  --format …  mermaid for GitHub, dot for Graphviz, svg for a browser; with --diff also text, or markdown for a pull request (default: mermaid, with --diff text)
  --json      print the nodes and edges, or the differences, as JSON
`,
  diff: `callsign diff [--save FILE] [--take KIND/NAME:FIELD] [--delete-namespaces] [--delete-claims] [--delete-definitions] [--delete-secrets] [--same-application] [--context NAME] [--app FILE] [--env NAME] [--json]

Shows what apply would change in the cluster. Exits with 1 if there is a difference.

  --app …               the module whose default export is the app (default: src/charts/app.ts)
  --env …               the environment whose overrides apply (default: no overrides)
  --context …           the kubectl context of the cluster (default: the current context)
  --json                print JSON
  --take …              set this field although another manager owns it: deployment/web:spec.replicas (can be repeated)
  --delete-namespaces   also delete namespaces that left the charts, with everything in them
  --delete-claims       also delete claims that left the charts, with their data
  --delete-definitions  also delete CustomResourceDefinitions that left the charts, with all their objects
  --delete-secrets      also delete generated Secrets, such as passwords of databases that left the charts
  --same-application    all objects of the release left the charts, and the release is still of this application: delete them
  --save …              write the plan to this file, for apply --plan; it contains no value of a Secret
`,
  apply: `callsign apply [--build] [--plan FILE] [--no-wait] [--rollback-on-failure] [--take KIND/NAME:FIELD] [--delete-namespaces] [--delete-claims] [--delete-definitions] [--delete-secrets] [--same-application] [--context NAME] [--app FILE] [--env NAME] [--json]

Applies the charts to the cluster, deletes what left them, and waits until everything is ready.

  --app …                the module whose default export is the app (default: src/charts/app.ts)
  --env …                the environment whose overrides apply (default: no overrides)
  --context …            the kubectl context of the cluster (default: the current context)
  --json                 print JSON
  --take …               set this field although another manager owns it: deployment/web:spec.replicas (can be repeated)
  --delete-namespaces    also delete namespaces that left the charts, with everything in them
  --delete-claims        also delete claims that left the charts, with their data
  --delete-definitions   also delete CustomResourceDefinitions that left the charts, with all their objects
  --delete-secrets       also delete generated Secrets, such as passwords of databases that left the charts
  --same-application     all objects of the release left the charts, and the release is still of this application: delete them
  --build                first build the images that changed, and push them or load them into kind
  --rollback-on-failure  if something does not become ready, apply the last release that did
  --no-wait              do not wait until everything is ready
  --plan …               apply exactly the plan that diff --save wrote, or nothing
`,
  history: `callsign history [--context NAME] [--app FILE] [--env NAME] [--json]

Lists the last releases: when they were applied, and whether they became ready.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment whose overrides apply (default: no overrides)
  --context …  the kubectl context of the cluster (default: the current context)
  --json       print JSON
`,
  rollback: `callsign rollback [NUMBER] [--take KIND/NAME:FIELD] [--delete-namespaces] [--delete-claims] [--delete-definitions] [--delete-secrets] [--same-application] [--context NAME] [--app FILE] [--env NAME] [--json]

Applies an earlier release again: the given one, or the last one before that became ready.

  --app …               the module whose default export is the app (default: src/charts/app.ts)
  --env …               the environment whose overrides apply (default: no overrides)
  --context …           the kubectl context of the cluster (default: the current context)
  --json                print JSON
  --take …              set this field although another manager owns it: deployment/web:spec.replicas (can be repeated)
  --delete-namespaces   also delete namespaces that left the charts, with everything in them
  --delete-claims       also delete claims that left the charts, with their data
  --delete-definitions  also delete CustomResourceDefinitions that left the charts, with all their objects
  --delete-secrets      also delete generated Secrets, such as passwords of databases that left the charts
  --same-application    all objects of the release left the charts, and the release is still of this application: delete them
`,
  status: `callsign status [PART…] [--watch] [--context NAME] [--app FILE] [--env NAME] [--json]

Shows what runs: replicas, images, restarts, nodes, and what is not ready. Exits with 1 if something is not.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment whose overrides apply (default: no overrides)
  --context …  the kubectl context of the cluster (default: the current context)
  --json       print JSON
  --watch      show it again every 2 seconds, until Ctrl-C
`,
  logs: `callsign logs [PART…] [--follow] [--since TIME] [--tail N] [--text TEXT] [--request ID] [--context NAME] [--app FILE] [--env NAME] [--json]

Prints the logs of all pods of parts, with one color per part.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment whose overrides apply (default: no overrides)
  --context …  the kubectl context of the cluster (default: the current context)
  --json       print JSON
  --follow     wait for new lines and new pods, until Ctrl-C
  --since …    only lines of this time: 30s, 10m, 2h, 1d
  --tail …     at most so many lines of each container (default: 20, all with a filter or --since)
  --text …     only lines that contain this text
  --request …  only lines about the request with this id, in all services
`,
  restart: `callsign restart PART… | --all [--context NAME] [--app FILE] [--env NAME] [--json]

Replaces the pods of parts without a failed request, and waits until the new pods are ready.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment whose overrides apply (default: no overrides)
  --context …  the kubectl context of the cluster (default: the current context)
  --json       print JSON
  --all        restart everything except databases, callees before their callers
`,
  schedule: `callsign schedule [--at TIME] [--app FILE] [--env NAME] [--json]

Shows the replicas that each schedule sets, now or at another time, with the previous and the next step.

  --at …   a local time in each time zone (2026-03-29T02:30) or one moment for all (2026-03-29T02:30Z) (default: now)
  --app …  the module whose default export is the app (default: src/charts/app.ts)
  --env …  the environment whose overrides apply (default: no overrides)
  --json   print JSON
`,
  init: `callsign init [FOLDER] [--import] [--json]

Writes a new project, or adds charts to a folder with Dockerfiles or a Compose file. Overwrites nothing.

  --import  also import the Compose file of the folder, with its override file
  --json    print JSON
`,
  import: `callsign import compose FILE [--file FILE]… [--profile NAME]… [--env-file FILE]… [--pin] [--out FILE|DIR] [--report FILE] [--json]
callsign import crd FILE… [--out DIR] [--json]

Turns a Compose file into a chart, or CustomResourceDefinitions into constructs.

  --file …      another Compose file; it overrides the files before it
  --profile …   include the services of this profile; * includes all
  --env-file …  a file with variables (default: .env next to the Compose file)
  --pin         ask Docker what images without a version mean now, and write it into the chart
  --out …       the file or the folder for the result (default: it goes to standard output, the report to standard error)
  --report …    the file for the list of all keys (default: NAME.import.txt next to the chart; none without --out)
  --json        print the result and the report as JSON
`,
  images: `callsign images [--push [--registry NAME]] [--kind NAME] [--check] [--app FILE] [--env NAME] [--json]

Builds the images of services whose sources changed.

  --app …       the module whose default export is the app (default: src/charts/app.ts)
  --env …       the environment whose overrides apply (default: no overrides)
  --push        push the images that the registry and the mirror do not have, and record their digests
  --registry …  the registry for --push, HOST[:PORT][/PATH] (default: the registry of the environment)
  --kind …      load the images into the kind cluster with this name
  --check       start each image as in the cluster, and check its container from outside
  --json        print the results as JSON
`,
  start: `callsign start [--port N] [--fault FROM->TO:FAULT] [--kill PART:every=SECONDS] [--faults FILE] [--seed N] [--check COMMAND] [--app FILE] [--env NAME] [--no-open] [--json]

Runs the charts on this machine as processes, with their databases, until Ctrl-C.

  --app …     the module whose default export is the app (default: src/charts/app.ts)
  --env …     the environment whose overrides apply (default: no overrides)
  --port …    the port of the gateway, or the next free one (default: 8080)
  --fault …   what goes wrong with a call: comments->event-bus:delay=500,share=0.2, and error=503 or cut (can be repeated)
  --kill …    kill a replica of a part every 10 seconds: comments:every=10 (can be repeated)
  --faults …  a YAML file with faults and kills
  --seed …    the same seed gives the same faults and kills (default: another one each time)
  --check …   run a command when all parts are ready, then stop. Passes if nothing is wrong
  --no-open   do not open the dashboard in a browser when all parts are ready
  --json      print each line as JSON
`,
  dev: `callsign dev [NAME…] [--once] [--context NAME] [--app FILE] [--env NAME] [--json]

Copies saved source files into the running pods of services, without a build.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment that was applied (default: dev)
  --context …  the kubectl context of the cluster (default: the current context)
  --once       copy the source once, and exit
  --json       print each line as JSON
`,
  doctor: `callsign doctor [--context NAME] [--app FILE] [--env NAME] [--json]

Shows what is missing on this machine and in the cluster, with fixes. Exits with 1 if the charts need something that is missing.

  --app …      the module whose default export is the app (default: src/charts/app.ts)
  --env …      the environment whose overrides apply (default: no overrides)
  --context …  the kubectl context of the cluster (default: the current context)
  --json       print JSON
`,
  completion: `callsign completion bash|zsh|fish

Prints a script with which a shell completes commands, options and their values.

  bash: add this line to ~/.bashrc: eval "$(callsign completion bash)"
  zsh:  add this line to ~/.zshrc, after compinit: eval "$(callsign completion zsh)"
  fish: run callsign completion fish > ~/.config/fish/completions/callsign.fish
`,
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test('every command has its usage here', () => {
  expect(Object.keys(HELP)).toEqual(Object.keys(COMMANDS));
});

test.each(Object.entries(COMMANDS))('the usage of %s contains every option', (_, { usage, options }) => {
  expect(Object.keys(options).filter((option) => !usage.includes(`--${option}`))).toEqual([]);
});

test.each(['--help', '-h', 'help'])('%s prints all commands', async (argument) => {
  expect(await callsign([argument])).toEqual({ code: 0, out: OVERVIEW, error: '' });
});

test('no command is an error that prints all commands', async () => {
  expect(await callsign([])).toEqual({ code: 2, out: '', error: OVERVIEW });
});

/** Arguments of commands that read no charts. */
const OTHER_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  import: ['compose', 'gone.yaml'],
  init: ['gone'],
  completion: ['tcsh'],
};

test.each(Object.entries(HELP))('%s --help prints its options, with any other arguments', async (command, help) => {
  expect(await callsign([command, '--help'])).toEqual({ code: 0, out: help, error: '' });
  expect(await callsign([command, '-h', ...(OTHER_ARGUMENTS[command] ?? ['--app', 'gone.ts'])])).toEqual({
    code: 0,
    out: help,
    error: '',
  });
});

test.each(Object.entries(HELP))('help %s prints the same', async (command, help) => {
  expect(await callsign(['help', command])).toEqual({ code: 0, out: help, error: '' });
});

test.each(['--version', '-v'])('%s prints the version of the package', async (argument) => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
  expect(await callsign([argument])).toEqual({ code: 0, out: `${version}\n`, error: '' });
});

describe('a wrong command line exits with 2', () => {
  test.each([
    ['chek', 'Unknown command: "chek". Did you mean check?'],
    ['syn', 'Unknown command: "syn". Did you mean synth?'],
    ['chekc', 'Unknown command: "chekc". Did you mean check?'],
    ['sta', 'Unknown command: "sta".'],
    ['deploy', 'Unknown command: "deploy". Did you mean apply?'],
    ['up', 'Unknown command: "up". Did you mean start?'],
    ['dance', 'Unknown command: "dance".'],
    ['toString', 'Unknown command: "toString".'],
    ['__proto__', 'Unknown command: "__proto__".'],
    ['', 'Unknown command: "".'],
    ['--json', 'Unknown command: "--json".'],
  ])('%j is not a command', async (command, message) => {
    const expected = { code: 2, out: '', error: `callsign: ${message}\nRun callsign --help for all commands.\n` };
    expect(await callsign([command])).toEqual(expected);
    if (command !== '') expect(await callsign(['help', command])).toEqual(expected);
  });

  test.each(Object.keys(HELP))('%s with an unknown option', async (command) => {
    expect(await callsign([command, '--strange'])).toEqual({
      code: 2,
      out: '',
      error: `callsign ${command}: Unknown option: --strange.\nRun callsign ${command} --help for its options.\n`,
    });
  });

  test.each([
    ['synth', '--ap', '--app', '  --app …  the module whose default export is the app (default: src/charts/app.ts)'],
    [
      'check',
      '--prof=wiring',
      '--profile',
      '  --profile …  rules to apply: wiring, or hardened (default: wiring for paths, hardened for charts)',
    ],
    ['graph', '--jsn', '--json', '  --json  print the nodes and edges, or the differences, as JSON'],
  ])('%s %s names the nearest option with its help', async (command, written, option, help) => {
    expect(await callsign([command, written])).toEqual({
      code: 2,
      out: '',
      error: `callsign ${command}: Unknown option: ${written.split('=')[0]}. Did you mean ${option}?\n${help}\nRun callsign ${command} --help for its options.\n`,
    });
  });

  test.each([
    ['synth', ['--out'], '--out needs a value.'],
    ['synth', ['--app', '--json'], '--app needs a value.'],
    ['synth', ['--out', '--app=x'], '--out needs a value.'],
    ['graph', ['--format'], '--format needs a value.'],
    [
      'logs',
      ['--text', '-x'],
      '--text needs a value. A value that begins with a dash follows an equals sign: --text=-x',
    ],
    ['check', ['--json=yes'], '--json takes no value.'],
    ['synth', ['--help=yes'], '--help takes no value.'],
  ])('%s %j', async (command, args, message) => {
    const { code, out, error } = await callsign([command, ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(error).toMatch(new RegExp(`^callsign ${command}: ${escaped(message)}\\n`));
    expect(error.split('\n').length).toBeLessThanOrEqual(4);
    expect(error.endsWith(`\nRun callsign ${command} --help for its options.\n`)).toBe(true);
  });

  test('a value that begins with a dash can follow an equals sign', async () => {
    const { error } = await callsign(['graph', '--format=-svg']);
    expect(error).toContain('"-svg"');
  });

  test.each(['synth', 'images', 'schedule'] as const)('%s with an argument', async (command) => {
    expect(await callsign([command, 'now'])).toEqual({
      code: 2,
      out: '',
      error: `callsign ${command}: Unexpected argument: "now"\nRun callsign ${command} --help for its options.\n`,
    });
  });
});

test('an unexpected error is thrown', async () => {
  const out = () => {
    throw new TypeError('a mistake of ours');
  };
  await expect(
    main(['graph', '--app', app('shop.ts')], { out, error: () => {}, environment: {}, terminal: false }),
  ).rejects.toThrow('a mistake of ours');
});
