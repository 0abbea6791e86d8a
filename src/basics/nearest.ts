import { distance } from 'fastest-levenshtein';

const LONGEST = 200;

/** The known name with the fewest edits: at most one, or a third of the length of the name. Two swapped letters are one edit. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  // Longer texts are no names, and the comparison takes time.
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const edits = isSwapped(name, candidate) ? 1 : distance(name, candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Whether two neighboring letters are swapped, and nothing else differs. */
function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return (
    at < one.length &&
    one[at] === other[at + 1] &&
    one.slice(0, at) + one[at + 1] + one[at] + one.slice(at + 2) === other
  );
}
