/** A shorter word says too little: `eu` and `us`, or `a` and `b`, are different words. */
const SHORTEST = 3;

/**
 * The known name that differs from a name by one typing error in a word: a letter too many, too few or wrong, or two
 * letters in the wrong order. Unlike the nearest name, it is almost certainly what was meant: `gp2` and `gp3`, `team-a`
 * and `team-b`, `letsencrypt-dev` and `letsencrypt-prod` are all different names.
 */
export function typoOf(name: string, known: Iterable<string>): string | undefined {
  for (const candidate of known) if (isTypo(name, candidate)) return candidate;
  return undefined;
}

function isTypo(name: string, other: string): boolean {
  if (name === other || Math.abs(name.length - other.length) > 1) return false;
  let start = 0;
  while (start < name.length && name[start] === other[start]) start++;
  let end = 0;
  const most = Math.min(name.length, other.length) - start;
  while (end < most && name.at(-1 - end) === other.at(-1 - end)) end++;
  const [a, b] = [name.slice(start, name.length - end), other.slice(start, other.length - end)];
  const oneEdit = a.length <= 1 && b.length <= 1;
  const exchanged = a.length === 2 && a[0] === b[1] && a[1] === b[0];
  if (!(oneEdit || exchanged) || /\d/.test(a + b)) return false;
  // A separator belongs to no word.
  return /^[^a-z]*$/i.test(a + b) || Math.min(wordAt(name, start), wordAt(other, start)) >= SHORTEST;
}

/** The length of the word around a position. */
function wordAt(name: string, position: number): number {
  const before = /[a-z]*$/i.exec(name.slice(0, position))![0];
  const after = /^[a-z]*/i.exec(name.slice(position))![0];
  return before.length + after.length;
}
