import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { parse } from 'yaml';
import { parse as parseArguments } from '../../src/cli/parse';
import { COMMANDS } from '../../src/cli/main';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { name, bin, engines, files } = JSON.parse(read('package.json')) as {
  name: string;
  bin: Readonly<Record<string, string>>;
  engines: { node: string };
  files: string[];
};

/** A command line of `callsign`. Throws if it is wrong. */
function argumentsOf([program, command = '', ...rest]: readonly string[]): readonly string[] {
  expect(Object.keys(bin)).toContain(program);
  return parseArguments(command, COMMANDS[command]!, rest).words;
}

test('the hook of pre-commit is a command line of callsign', () => {
  const hooks = parse(read('.pre-commit-hooks.yaml')) as Readonly<Record<string, unknown>>[];
  expect(hooks.map(({ id }) => id)).toEqual(['callsign-check']);
  for (const { entry, args, language, pass_filenames } of hooks) {
    expect([language, pass_filenames]).toEqual(['node', false]);
    expect(argumentsOf([...String(entry).split(' '), ...(args as string[])])).toEqual(['k8s-out']);
  }
});

describe('the image of the command line', () => {
  const instructions = DockerfileParser.parse(read('Dockerfile')).getInstructions();
  const all = (keyword: string) =>
    instructions
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent() ?? '');

  test('has a supported Node.js with a fixed version', () => {
    const versions = all('FROM').map((image) => /^node:(\d+)-slim(?: AS package)?$/.exec(image)?.[1]);
    expect(versions).toHaveLength(2);
    for (const version of versions)
      expect(Number(version)).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
  });

  test('installs the package of the sources, and git for revisions', () => {
    const commands = all('RUN').join('\n');
    expect(commands).toMatch(/npm pack/);
    expect(commands).toContain(`/package/${name}-*.tgz`);
    // Everything that npm packs is in the build context, or is built there.
    const context = read('Dockerfile.dockerignore');
    for (const entry of files.filter((file) => file !== 'dist'))
      expect(context).toContain(`\n!${entry.split('/')[0]}\n`);
    expect(commands).toMatch(/apt-get install .*\bgit\b/);
  });

  test('starts callsign as a user without rights', () => {
    const [entry] = all('ENTRYPOINT').map((text) => JSON.parse(text) as string[]);
    expect(Object.keys(bin)).toEqual(entry);
    expect(all('USER')).toEqual(['1000:1000']);
    expect(instructions.findLastIndex((one) => one.getKeyword() === 'RUN')).toBeLessThan(
      instructions.findIndex((one) => one.getKeyword() === 'USER'),
    );
  });
});
