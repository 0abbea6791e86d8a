/** The numbers of a version: `v1.36.3` → 1, 36, 3. */
function numbersOf(version: string): number[] {
  const [numbers = ''] = /\d+(?:\.\d+)*/.exec(version) ?? [];
  return numbers.split('.').map(Number);
}

/** Whether a version is at least another one. */
export function isAtLeast(version: string, least: string): boolean {
  const [given, wanted] = [numbersOf(version), numbersOf(least)];
  const different = wanted.findIndex((number, i) => number !== (given[i] ?? 0));
  return different < 0 || (given[different] ?? 0) > wanted[different]!;
}

/** The minor version of Kubernetes: `v1.36.3` → 36. */
export function minorOf(version: string): number {
  return numbersOf(version)[1] ?? 0;
}
