import { nearest } from '../basics/nearest';

/** A shorter beginning of a name fits too many names. */
const SHORTEST = 3;

/** The command or option that the user can have meant: the nearest name, or the only one with this beginning. */
export function guessOf(name: string, known: readonly string[]): string | undefined {
  const longer = name.length < SHORTEST ? [] : known.filter((candidate) => candidate.startsWith(name));
  return nearest(name, known) ?? (longer.length === 1 ? longer[0] : undefined);
}
