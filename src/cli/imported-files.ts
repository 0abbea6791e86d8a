import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import type { Imported } from '../compose/import';
import { renderReport, REPORT_HEADER } from '../compose/write/report';
import { CallsignError } from '../problems/problem';
import { UsageError, type Arguments } from './command';

/** The files that an import writes. */
interface ImportedFiles {
  readonly chart: string | undefined;
  /** The list of all keys. */
  readonly report: string | undefined;
}

interface OutputFile {
  readonly option: string;
  readonly file: string | undefined;
  readonly text: string;
  /** Whether the import may overwrite a file with this text. */
  readonly isOurs: (before: string) => boolean;
}

/** The files that the options name. */
export function importedFiles({ out, report }: Arguments['options'], name: string): ImportedFiles {
  const chart = typeof out !== 'string' ? undefined : extname(out) === '.ts' ? out : join(out, `${name}.ts`);
  if (typeof report !== 'string') return { chart, report: chart?.replace(/\.ts$/, '.import.txt') };
  if (chart !== undefined && resolve(chart) === resolve(report))
    throw new UsageError(`--out and --report name the same file: ${report}.`);
  return { chart, report };
}

/**
 * Writes the files, all or none. A person edits the chart after the import, so another chart never overwrites it. A report
 * is overwritten if an import wrote it.
 */
export function writeImported({ chart, report }: ImportedFiles, imported: Imported): void {
  const files: OutputFile[] = [
    { option: '--out', file: chart, text: imported.chart, isOurs: (before) => before === imported.chart },
    {
      option: '--report',
      file: report,
      text: renderReport(imported.report),
      isOurs: (before) => before.startsWith(REPORT_HEADER),
    },
  ];
  const problems = files.flatMap(({ option, file, isOurs }) =>
    file === undefined || !existsSync(file) || isOurs(readFileSync(file, 'utf8'))
      ? []
      : [
          {
            code: 'file-taken' as const,
            place: { file, line: 1 },
            message: 'The file exists, and the import does not overwrite it.',
            fix: `Move the file, or name another one with ${option}.`,
          },
        ],
  );
  if (problems.length > 0) throw new CallsignError(problems);
  for (const { file, text } of files) {
    if (file === undefined) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
