import type { Problem } from '../../problems/problem';
import type { Compared } from '../../check/baseline';
import type { PassedFolder } from '../files';

/** The result of a check. */
export interface Report {
  readonly problems: readonly Problem[];
  /** What may be intended. It does not change the exit code. */
  readonly hints: readonly Problem[];
  readonly objects: number;
  readonly passedOver: number;
  readonly passedFolders: readonly PassedFolder[];
  /** The comparison with a baseline. `problems` are only those that it does not contain. */
  readonly baseline?: Pick<Compared, 'known' | 'fixed'> & { readonly file: string };
  /** A line of a file, without its line break. */
  readonly line: (file: string, line: number) => string | undefined;
}

/** The number of problems of each code, in the order of the first problems. */
export function countsByCode(problems: readonly Problem[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** The problems of each file, ordered by line. The order of files, and of problems at the same place, does not change. */
export function problemsByFile(problems: readonly Problem[]): Map<string, Problem[]> {
  const files = new Map<string, Problem[]>();
  for (const problem of problems) {
    const file = problem.place?.file ?? '';
    files.set(file, [...(files.get(file) ?? []), problem]);
  }
  for (const [file, all] of files)
    files.set(
      file,
      all.toSorted(
        (a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0),
      ),
    );
  return files;
}
