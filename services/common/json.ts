// Parses untrusted JSON. PostgreSQL can store every accepted value, and printing it as JSON gives the same value.
import { isUtf8 } from 'node:buffer';
import { badRequest, unprocessable } from './errors.ts';

const MAX_DEPTH = 32;

export function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw badRequest('empty_body', 'the body is empty: expected JSON');
  if (!isUtf8(body)) throw badRequest('invalid_utf8', 'the body is not valid UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('malformed_json', 'the body is not valid JSON');
  }
  inspectValue(value);
  return value;
}

/**
 * Throws if PostgreSQL cannot store the value. Walks it with an explicit stack instead of recursion, because the sender
 * chooses the depth.
 */
export function inspectValue(root: unknown): void {
  const waiting: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') inspectText(value);
    // JSON.parse turns 1e999 into Infinity, which JSON.stringify prints as null.
    else if (typeof value === 'number' && !Number.isFinite(value))
      throw unprocessable('invalid_number', 'a number is too large');
    else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_DEPTH) throw badRequest('too_deep', `the body is nested deeper than ${MAX_DEPTH} levels`);
      for (const [key, child] of Object.entries(value)) {
        if (key === '__proto__') throw badRequest('forbidden_key', 'the key __proto__ is not allowed');
        inspectText(key);
        waiting.push({ value: child, depth: depth + 1 });
      }
    }
  }
}

/** PostgreSQL cannot store NUL or a lone surrogate. */
function inspectText(text: string): void {
  if (text.includes('\0')) throw unprocessable('invalid_text', 'text must not contain the character U+0000');
  if (/\p{Surrogate}/u.test(text)) throw unprocessable('invalid_text', 'text must not contain a lone surrogate');
}
