import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { importCompose } from '../../compose/import';
import { CallsignError } from '../../problems/problem';
import { UsageError, type Command, type Io } from '../command';
import { profilesOf } from '../compose-profiles';
import { importCrd } from '../import-crd';
import { libraryFrom } from '../library-from';
import { printJson } from '../output';
import { importedText } from '../reports/imported';

export const importCommand: Command = {
  usage:
    'compose FILE [--file FILE]… [--profile NAME]… [--env-file FILE]… [--out FILE|DIR] [--json]\ncallsign import crd FILE… [--out DIR] [--json]',
  summary: 'Turns a Compose file into a chart, or CustomResourceDefinitions into constructs.',
  options: {
    file: { type: 'string', multiple: true, help: 'another Compose file; it overrides the files before it' },
    profile: { type: 'string', multiple: true, help: 'include the services of this profile; * includes all' },
    'env-file': {
      type: 'string',
      multiple: true,
      help: 'a file with variables (default: .env next to the Compose file)',
    },
    out: {
      type: 'string',
      help: 'the file or the folder for the result (default: it goes to standard output, the report to standard error)',
    },
    json: { type: 'boolean', help: 'print the result and the report as JSON' },
  },
  words: Infinity,
  async run({ options, lists, words: [what, ...paths] }, io) {
    if (what === 'crd') {
      const [misplaced] = Object.keys(lists);
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
    const imported = importCompose({ files, profiles, envFiles, shell: io.environment, library: libraryFrom(folder) });

    if (typeof options.out === 'string') {
      const path = extname(options.out) === '.ts' ? options.out : join(options.out, `${imported.name}.ts`);
      write(path, imported.chart);
      if (options.json) printJson({ ...imported, file: path }, io);
      else io.out(importedText(imported, [`Wrote ${path}. Next: npx callsign synth --app ${path}`]));
    } else if (options.json) printJson(imported, io);
    else {
      io.out(imported.chart);
      io.error(importedText(imported));
    }
    hintAtOverride(files, io);
    return imported.report.some(({ status }) => status === 'refused') ? 1 : 0;
  },
};

/** Docker reads an override file by default. The import reads only the files that are named. */
function hintAtOverride(files: readonly string[], { error }: Io): void {
  const [file = ''] = files;
  const override = file.replace(/(\.ya?ml)$/, '.override$1');
  if (override === file || !existsSync(override) || files.some((other) => resolve(other) === resolve(override))) return;
  error(`${basename(override)} is in the same folder and was not read. To merge it, add --file ${override}.\n`);
}

/** A person edits the chart after the import, so another chart never overwrites it. */
function write(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') !== text) {
    throw new CallsignError([
      {
        code: 'file-taken',
        place: { file: path, line: 1 },
        message: 'The file exists, and the import does not overwrite it.',
        fix: 'Move the file, or name another one with --out.',
      },
    ]);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}
