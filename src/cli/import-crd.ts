import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HEADER } from '../crds/module-text';
import { importDefinitions, type ImportedKind } from '../crds/import';
import { CallsignError, type Problem } from '../problems/problem';
import { UsageError, type Io } from './command';
import { readSources } from './files';
import { libraryFrom } from './library-from';
import { printJson } from './output';

interface Options {
  readonly paths: readonly string[];
  readonly out: string | undefined;
  readonly json: boolean;
}

/** `import crd`: a module of typed constructs for each definition. */
export function importCrd({ paths, out, json }: Options, io: Io): number {
  if (paths.length === 0)
    throw new UsageError('Name the files with the definitions, or - for standard input: import crd FILE….');
  const sources = [...readSources(paths)];
  const unreadable = sources.flatMap(({ problem }) => problem ?? []);
  if (unreadable.length > 0) throw new CallsignError(unreadable);
  const kinds = importDefinitions(sources, libraryFrom(out));
  if (out === undefined) {
    if (kinds.length > 1 && !json)
      throw new UsageError(`The files define ${kinds.length} kinds. Name a folder for their modules: --out src/crds.`);
    if (json) printJson({ kinds: kinds.map((kind) => reported(kind)) }, io);
    else io.out(kinds[0]!.text);
    return 0;
  }
  const files = kinds.map((kind) => ({ kind, file: join(out, `${kind.name}.ts`) }));
  refuseOthers(files.map(({ file }) => file));
  mkdirSync(out, { recursive: true });
  for (const { kind, file } of files) writeFileSync(file, kind.text);
  if (json) printJson({ kinds: files.map(({ kind, file }) => reported(kind, file)) }, io);
  else for (const { kind, file } of files) io.out(`Wrote ${file}: ${kind.kind} (${kind.versions.join(', ')})\n`);
  return 0;
}

function reported({ name, kind, versions, text }: ImportedKind, file?: string): object {
  return { name, kind, versions, ...(file === undefined ? { text } : { file }) };
}

/** An import overwrites only what an earlier import wrote. */
function refuseOthers(files: readonly string[]): void {
  const problems = files
    .filter((file) => existsSync(file) && !readFileSync(file, 'utf8').startsWith(HEADER))
    .map((file): Problem => ({
      code: 'file-taken',
      place: { file, line: 1 },
      message: 'The file exists, and no import wrote it.',
      expected: HEADER,
      fix: `Move the file, or name another folder than ${resolve(file, '..')} with --out.`,
    }));
  if (problems.length > 0) throw new CallsignError(problems);
}
