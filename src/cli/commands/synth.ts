import { dirname } from 'node:path';
import { hardenedProblemsIn } from '../../check/find-problems';
import { findRequirements } from '../../check/requirements/find-requirements';
import type { World } from '../../check/world/world';
import { ConfiguredApp } from '../../settings/environment';
import { nearest } from '../../basics/nearest';
import { CallsignError } from '../../problems/problem';
import { count, show, showBoth } from '../../basics/text';
import { differences } from '../../changes/differences';
import { inPlaceProblems } from '../../changes/in-place';
import { previousObjects } from '../../changes/previous';
import { releasesIn } from '../../changes/releases';
import { writeFiles } from '../../synth/write';
import { fileBytes } from '../../synth/yaml';
import { APP_OPTIONS, DEFAULT_APP, loadApp, selectionOf } from '../app';
import { checkedManifests } from '../manifests';
import { UsageError, type Arguments, type Command, type Io } from '../command';
import { requirementsText, printJson, summary } from '../output';
import { countsByCode } from '../reports/report';
import type * as SynthWatch from '../watch/synth-watch';

const DEFAULT_OUT = 'k8s-out';
const EXCLUSIVE = ['compare', 'explain', 'watch'] as const;

export const synth: Command = {
  usage:
    '[--app FILE] [--env NAME] [--out DIR] [--replace KIND/NAME,…] [--watch | --compare NAME | --explain OPTION] [--json]',
  summary: 'Writes the manifests of all charts. Writes nothing if there is a problem.',
  options: {
    ...APP_OPTIONS,
    out: { type: 'string', help: `the folder for the manifests (default: ${DEFAULT_OUT})` },
    replace: {
      type: 'string',
      help: 'write these objects although the cluster cannot change them in place: statefulset/postgres',
    },
    compare: { type: 'string', help: 'write nothing; show the differences to that environment' },
    explain: {
      type: 'string',
      help: 'write nothing; show where the value of an option comes from: comments.replicas',
    },
    watch: { type: 'boolean', help: 'write them again after each change of a file, until Ctrl-C' },
    json: { type: 'boolean', help: 'print JSON' },
  },
  words: 0,
  async run(args, io) {
    const { options } = args;
    const chosen = EXCLUSIVE.filter((name) => options[name] !== undefined);
    if (chosen.length > 1)
      throw new UsageError(`--${chosen[0]} and --${chosen[1]} exclude each other. Use one of them.`);
    if (options.watch && options.json) throw new UsageError('--watch and --json exclude each other. Use one of them.');
    if (options.explain !== undefined) return explain(String(options.explain), args, io);
    if (options.compare !== undefined) return compare(String(options.compare), args, io);
    // cdk8s-cli sets CDK8S_OUTDIR when it runs this command as its app.
    const folder = (options.out as string | undefined) || io.environment.CDK8S_OUTDIR || DEFAULT_OUT;
    if (!options.watch) {
      await write(folder, args, io);
      return 0;
    }
    const app = dirname(String(options.app ?? DEFAULT_APP));
    const { synthWatch } = require('../watch/synth-watch') as typeof SynthWatch;
    return synthWatch((output) => write(folder, args, output), { folders: ['.', app], out: folder }, io);
  },
};

/** Writes the manifests, and returns whether files changed. */
async function write(folder: string, { options }: Arguments, io: Io): Promise<boolean> {
  const { files, world } = await checkedManifests(options, io, { repeatedly: options.watch === true });
  const contents = new Map(files.map((file) => [file.name, fileBytes(file)]));
  const replaced = String(options.replace ?? '')
    .split(',')
    .map((name) => name.trim());
  const refused = inPlaceProblems(previousObjects(folder, contents), world.manifests, replaced);
  if (refused.length > 0) throw new CallsignError(refused);
  const result = writeFiles(folder, contents);
  const releases = releasesIn(objectsOf(world));
  const requirements = findRequirements(world);
  // The wiring has no problems here. `check` also applies the hardened rules, which do not stop a synthesis.
  const hardened = hardenedProblemsIn(world);
  const checkProblems = Object.fromEntries(countsByCode(hardened));
  if (options.json) printJson({ folder, ...result, releases, requirements, checkProblems }, io);
  else {
    for (const name of result.written) io.out(`wrote ${folder}/${name}\n`);
    for (const name of result.removed) io.out(`removed ${folder}/${name}: no chart produces it any more\n`);
    io.out(
      `${folder} contains ${count(world.manifests.length, 'object')} in ${count(files.length, 'file')}${result.written.length + result.removed.length === 0 ? '; no changes' : ''}\n`,
    );
    if (releases.length > 0)
      io.error(
        `Releases in progress:\n${releases.map(({ object, progress }) => `  ${object}: ${progress}\n`).join('')}`,
      );
    io.error(requirementsText(requirements));
    if (hardened.length > 0)
      io.error(
        `callsign check${selectionOf(options)} finds ${count(hardened.length, 'problem')}: ${summary(hardened)}\n`,
      );
  }
  return result.written.length + result.removed.length > 0;
}

async function compare(other: string, args: Arguments, io: Io): Promise<number> {
  const { world } = await checkedManifests(args.options, io);
  const compared = await checkedManifests({ ...args.options, env: other }, io);
  const found = differences(objectsOf(world), objectsOf(compared.world));
  if (args.options.json) printJson(found, io);
  else {
    for (const { object, field, from, to } of found) {
      if (field === undefined)
        io.out(`${object}: only in ${to === undefined ? (args.options.env ?? 'the charts') : other}\n`);
      else io.out(`${object} · ${field}: ${showBoth(from, to).join(' → ')}\n`);
    }
    io.out(`${count(found.length, 'difference')} from ${args.options.env ?? 'the charts'} to ${other}\n`);
  }
  return 0;
}

async function explain(option: string, { options }: Arguments, io: Io): Promise<number> {
  const app = await loadApp(options, io);
  if (!(app instanceof ConfiguredApp)) throw new UsageError('--explain needs an app that defineApp made.');
  const steps = app.explain(option);
  if (steps.length === 0) {
    const guess = nearest(option, app.options);
    throw new UsageError(
      `Unknown option of a part: ${JSON.stringify(option)}.${guess ? ` Did you mean ${guess}?` : ''} Expected: PART.OPTION, such as comments.replicas.`,
    );
  }
  if (options.json) printJson(steps, io);
  else
    for (const [i, { value, source }] of steps.entries())
      io.out(`${i === steps.length - 1 ? '→' : ' '} ${show(value)}  ${source}\n`);
  return 0;
}

function objectsOf({ manifests }: World) {
  return manifests.map(({ object }) => object);
}
