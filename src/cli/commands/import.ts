import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { importCompose, type Imported } from '../../compose/import';
import type { Entry, Status } from '../../compose/load/report';
import { CallsignError } from '../../problems/problem';
import { count } from '../../basics/text';
import { UsageError, type Command, type Io } from '../command';
import { printJson } from '../output';

export const importCommand: Command = {
  usage: 'compose FILE [--file FILE]… [--profile NAME]… [--env-file FILE]… [--out FILE|DIR] [--json]',
  summary: 'Turns a compose file into a chart, and tells what became of each of its keys.',
  options: {
    file: { type: 'string', multiple: true, help: 'a further compose file, which is stronger than those before it' },
    profile: { type: 'string', multiple: true, help: 'take in the services of that profile; * takes in all' },
    'env-file': { type: 'string', multiple: true, help: 'a file with variables (.env beside the compose file)' },
    out: {
      type: 'string',
      help: 'the chart, or a folder for it (the chart goes to the output, the report to the error output)',
    },
    json: { type: 'boolean', help: 'tell chart and report to a program' },
  },
  words: 2,
  async run({ options, lists, words: [what, file] }, io) {
    if (what !== 'compose') throw new UsageError(`Expected: import compose FILE. Got: import ${what ?? ''}`.trim());
    if (file === undefined) throw new UsageError('Name the compose file: import compose FILE.');
    const { file: overrides = [], profile = [], 'env-file': envFiles = [] } = lists;
    const files = [file, ...overrides];
    for (const path of [...files, ...envFiles]) if (!isFile(path)) throw new UsageError(`There is no file ${path}.`);
    const chosen = io.environment.COMPOSE_PROFILES?.split(',').filter((name) => name !== '') ?? [];
    const profiles = profile.length > 0 ? profile : chosen;
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
      else tell(imported, io.out, [`wrote ${path}: npx callsign synth --app ${path}`]);
    } else if (options.json) printJson(imported, io);
    else {
      io.out(imported.chart);
      tell(imported, io.error, []);
    }
    hint(files, io);
    return imported.report.some(({ status }) => status === 'refused') ? 1 : 0;
  },
};

/** Tells what became of each key, and what is left for a person to do. */
function tell({ report, secrets, warnings }: Imported, out: Io['out'], first: readonly string[]): void {
  const place = ({ file, line }: Entry) => `${file}:${line}`;
  const width = Math.max(0, ...report.map((entry) => place(entry).length));
  const keys = Math.max(0, ...report.map(({ path }) => path.length));
  for (const entry of report) {
    const { status, path, why } = entry;
    out(
      `${`${status.padEnd(12)}  ${place(entry).padEnd(width)}  ${path.padEnd(Math.min(keys, 60))}  ${why ?? ''}`.trimEnd()}\n`,
    );
  }
  const number = (status: Status) => `${report.filter((entry) => entry.status === status).length} ${status}`;
  out(`\n${count(report.length, 'key')}: ${number('converted')}, ${number('approximated')}, ${number('refused')}\n`);
  if (secrets.length > 0)
    out(
      `\nBefore the first start, with the values in place of the dots:\n${secrets.map((command) => `  ${command}\n`).join('')}`,
    );
  out(`\n${[...warnings, ...NOTES, ...first].join('\n')}\n`);
}

/** What holds for every chart, and stands at no key. */
const NOTES = [
  'Who calls whom comes from depends_on, links, and the hosts in settings and commands; nothing else is let through: add calls() where a program finds others by itself.',
  'Every program runs without root rights, and may write to its volumes and to the folders in `writable` only.',
];

/** An override that docker would read by itself is not read here, since the files were named. */
function hint(files: readonly string[], { error }: Io): void {
  const [file = ''] = files;
  const override = file.replace(/(\.ya?ml)$/, '.override$1');
  if (override === file || !existsSync(override) || files.some((other) => resolve(other) === resolve(override))) return;
  error(`${basename(override)} lies beside it and was not read: add --file ${override} if it belongs to it.\n`);
}

/** A chart is somebody's work from the moment it is there: it is never written over. */
function write(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') !== text) {
    throw new CallsignError([
      {
        code: 'file-taken',
        place: { file: path, line: 1 },
        message: 'There is a file already, and it is not written over.',
        fix: 'Move it elsewhere, or name another one with --out.',
      },
    ]);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What a chart in that folder imports us from: the package, but within our own sources the door itself. */
export function libraryFrom(folder: string | undefined): string {
  const door = resolve(__dirname, '../..', 'index');
  if (folder === undefined || !existsSync(`${door}.ts`) || !`${resolve(folder)}${sep}`.startsWith(dirname(door) + sep))
    return 'callsign';
  const path = relative(resolve(folder), door).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory();
}
