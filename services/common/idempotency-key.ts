// The header `Idempotency-Key` of draft-ietf-httpapi-idempotency-key-header. Its value is a string of RFC 9651, in
// quotes: "8e03978e-40d5-43dd-bc93-6894a57f9324". Many clients leave out the quotes, so a word without them is accepted
// too, and is the same key.
import { badRequest } from './errors.ts';

const MAX_LENGTH = 255;
/** Printable ASCII in quotes. A backslash escapes a quote or a backslash. */
const QUOTED = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;
/** Letters, digits and marks that need no quotes: every UUID, ULID and base64 text is such a word. */
const WORD = /^[\w.~:+/=-]+$/;

/** The key of a request, or undefined if it has none. Throws 400 if the key is not valid. */
export function idempotencyKey(headers: NodeJS.Dict<string | string[]>): string | undefined {
  // Node.js joins repeated headers with a comma, which no valid key has outside of its quotes.
  const given = headers['idempotency-key']?.toString();
  if (given === undefined) return undefined;
  const key = QUOTED.exec(given)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? WORD.exec(given)?.[0];
  if (given === '' || key === '') throw invalid('is empty');
  if (key === undefined) throw invalid('is not valid');
  if (key.length > MAX_LENGTH) throw invalid(`has ${key.length} characters`);
  return key;
}

const invalid = (problem: string) =>
  badRequest(
    'invalid_idempotency_key',
    `Idempotency-Key ${problem}: expected 1 to ${MAX_LENGTH} printable ASCII characters in quotes, such as "8e03978e-40d5-43dd-bc93-6894a57f9324"`,
  );
