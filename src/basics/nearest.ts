import { distance } from 'fastest-levenshtein';

/** A shorter beginning of a name fits too many names. */
const SHORTEST_BEGINNING = 3;

/**
 * The known name with the smallest edit distance: at most one edit, or a third of the length of the name. Otherwise the
 * only known name that begins with the name.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  const longer: string[] = [];
  for (const candidate of known) {
    const edits = distance(name, candidate);
    if (edits < least) [best, least] = [candidate, edits];
    if (candidate.startsWith(name)) longer.push(candidate);
  }
  return best ?? (name.length >= SHORTEST_BEGINNING && longer.length === 1 ? longer[0] : undefined);
}
