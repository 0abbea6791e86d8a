import { existsSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { shellWord } from '../../basics/shell-word';
import { importCompose } from '../../compose/import';
import { isMissing } from '../../compose/load/report';
import { currentVersions } from '../../images/docker/current-version';
import { UsageError, type Command, type Io } from '../command';
import { profilesOf } from '../compose-profiles';
import { importCrd } from '../import-crd';
import { composeImportCommand } from '../import-command';
import { importedFiles, writeImported } from '../imported-files';
import { libraryFrom } from '../library-from';
import { printJson } from '../output';
import { importedText } from '../reports/imported';

export const importCommand: Command = {
  usage:
    'compose FILE [--file FILE]… [--profile NAME]… [--env-file FILE]… [--pin] [--out FILE|DIR] [--report FILE] [--json]\ncallsign import crd FILE… [--out DIR] [--json]',
  summary: 'Turns a Compose file into a chart, or CustomResourceDefinitions into constructs.',
  options: {
    file: { type: 'string', multiple: true, help: 'another Compose file; it overrides the files before it' },
    profile: { type: 'string', multiple: true, help: 'include the services of this profile; * includes all' },
    'env-file': {
      type: 'string',
      multiple: true,
      help: 'a file with variables (default: .env next to the Compose file)',
    },
    pin: {
      type: 'boolean',
      help: 'ask Docker what images without a version mean now, and write it into the chart',
    },
    out: {
      type: 'string',
      help: 'the file or the folder for the result (default: it goes to standard output, the report to standard error)',
    },
    report: {
      type: 'string',
      help: 'the file for the list of all keys (default: NAME.import.txt next to the chart; none without --out)',
    },
    json: { type: 'boolean', help: 'print the result and the report as JSON' },
  },
  words: Infinity,
  async run({ options, lists, words: [what, ...paths] }, io) {
    if (what === 'crd') {
      const composeOnly = ['pin', 'report'].filter((name) => options[name] !== undefined);
      const [misplaced] = [...Object.keys(lists), ...composeOnly];
      if (misplaced) throw new UsageError(`import crd has no option --${misplaced}.`);
      const out = options.out === undefined ? undefined : String(options.out);
      return importCrd({ paths, out, json: options.json === true }, io);
    }
    if (what !== 'compose')
      throw new UsageError(`Expected: import compose FILE, or import crd FILE…. Got: import ${what ?? ''}`.trim());
    const [file, extra] = paths;
    if (extra !== undefined) throw new UsageError(`Unexpected argument: ${JSON.stringify(extra)}`);
    if (file === undefined) throw new UsageError('Name the Compose file: import compose FILE.');
    const { file: overrides = [], profile = [], 'env-file': envFiles = [] } = lists;
    const files = [file, ...overrides];
    for (const path of [...files, ...envFiles]) if (!isFile(path)) throw new UsageError(`There is no file ${path}.`);
    const profiles = profile.length > 0 ? profile : profilesOf(io.environment);
    const folder =
      typeof options.out === 'string'
        ? extname(options.out) === '.ts'
          ? dirname(options.out)
          : options.out
        : undefined;
    const input = { files, profiles, envFiles, shell: io.environment, library: libraryFrom(folder) };
    const first = importCompose(input);
    const isPinned = options.pin === true;
    const imported =
      isPinned && first.unpinned.length > 0
        ? importCompose({ ...input, pins: await currentVersions(first.unpinned) })
        : first;

    const { chart, report } = importedFiles(options, imported.name);
    writeImported({ chart, report }, imported);
    const printed = {
      keys: report,
      chart,
      command: composeImportCommand(files, { profiles: profile, envFiles }),
      isPinned,
      last:
        chart === undefined
          ? []
          : [`Wrote ${chart}. Next, in the same folder: npx callsign synth --app ${shellWord(chart)}`],
    };
    if (options.json)
      printJson({ ...imported, ...(chart && { file: chart }), ...(report && { reportFile: report }) }, io);
    else if (chart === undefined) {
      io.out(imported.chart);
      io.error(importedText(imported, printed));
    } else io.out(importedText(imported, printed));
    hintAtOverride(files, io);
    return imported.report.some(isMissing) ? 1 : 0;
  },
};

/** Docker reads an override file by default. The import reads only the files that are named. */
function hintAtOverride(files: readonly string[], { error }: Io): void {
  const [file = ''] = files;
  const override = file.replace(/(\.ya?ml)$/, '.override$1');
  if (override === file || !existsSync(override) || files.some((other) => resolve(other) === resolve(override))) return;
  error(
    `${basename(override)} is in the same folder and was not read. To merge it, add --file ${shellWord(override)}.\n`,
  );
}

function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}
