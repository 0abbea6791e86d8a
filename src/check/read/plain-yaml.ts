import { duplicateKeys } from './duplicate-keys';
import { parseDocuments } from './parse-documents';

/** The document is not plain: the library must read it. */
const NOT_PLAIN = new Error('The document is not plain.');

/** Carriage returns, control characters, other line ends, and byte order marks; the end of a document. */
// oxlint-disable-next-line no-control-regex
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^\.\.\.(?:\s|$)/m;
/** A key and the rest of the line. */
const ENTRY = /^(?:([\w.][\w./-]*)|"([^"\\]*)"|'([^']*)'):(?: +(.*))?$/;
/** Words that YAML reads as a boolean or null. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** With the escapes that JSON has too. */
const DOUBLE_QUOTED = /^("(?:[^"\\]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")(?: +#.*)?$/;
const SINGLE_QUOTED = /^'((?:[^']|'')*)'(?: +#.*)?$/;
const STRINGS = /^(\[ *"[^"\\]*"(?: *, *"[^"\\]*")* *\])(?: +#.*)?$/;
const EMPTY = /^(?:\[\]|\{\})(?: +#.*)?$/;
const LITERAL = /^\|(-?)(?: +#.*)?$/;
const MAX_DEPTH = 100;
/** The library expects the colon within 1,024 characters. */
const LONGEST_KEY = 1_000;

/**
 * Reads the YAML that most manifests consist of: maps and lists in blocks, scalars on one line, and literal texts. That is
 * much faster than the library, which keeps the position of every character. Returns undefined for everything else, and
 * for everything that may be an error. Then the library reads the document.
 */
export function plainYaml(text: string): Readonly<Record<string, unknown>> | undefined {
  if (UNUSUAL.test(text)) return undefined;
  try {
    return new PlainReader(text).document();
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

class PlainReader {
  readonly #lines: readonly string[];
  readonly #hasTabs: boolean;
  /** The number of the line after the current one. */
  #next = 0;
  /** The column at which the text of the current line begins; -1 at the end. */
  #indent = -1;
  #text = '';
  #depth = 0;

  constructor(text: string) {
    this.#lines = text.split('\n');
    this.#hasTabs = text.includes('\t');
  }

  document(): Readonly<Record<string, unknown>> {
    this.#advance();
    if (this.#indent === 0 && /^---(?: +#.*)?$/.test(this.#text)) this.#advance();
    if (this.#indent !== 0) throw NOT_PLAIN;
    const value = this.#map(0);
    if (this.#indent >= 0) throw NOT_PLAIN;
    return value;
  }

  /** Goes to the next line with content. */
  #advance(): void {
    while (this.#next < this.#lines.length) {
      const line = this.#lines[this.#next++]!;
      const indent = indentOf(line);
      if (indent === line.length || line[indent] === '#') continue;
      let end = line.length;
      while (line[end - 1] === ' ') end--;
      this.#indent = indent;
      this.#text = line.slice(indent, end);
      // A tab can be content or a blank, and must not be indentation.
      if (this.#hasTabs && this.#text.includes('\t')) throw NOT_PLAIN;
      return;
    }
    this.#indent = -1;
    this.#text = '';
  }

  #map(indent: number): Record<string, unknown> {
    this.#enter();
    const map: Record<string, unknown> = {};
    do {
      const [, plain, double, single, rest = ''] = ENTRY.exec(this.#text) ?? [];
      const key = plain ?? double ?? single;
      if (key === undefined || Object.hasOwn(map, key) || key.length > LONGEST_KEY) throw NOT_PLAIN;
      if (key === '__proto__' || key === '<<') throw NOT_PLAIN;
      if (plain !== undefined && plainScalar(plain) !== plain) throw NOT_PLAIN;
      map[key] = this.#value(rest, indent, true);
    } while (this.#indent === indent && !isItem(this.#text));
    if (this.#indent > indent) throw NOT_PLAIN;
    this.#depth--;
    return map;
  }

  #list(indent: number): unknown[] {
    this.#enter();
    const list: unknown[] = [];
    do {
      const offset = 1 + indentOf(this.#text.slice(1));
      const rest = this.#text.slice(offset);
      if (isItem(rest) || ENTRY.test(rest)) {
        // A map or a list that begins on the line of the dash.
        this.#indent = indent + offset;
        this.#text = rest;
        list.push(this.#block());
      } else list.push(this.#value(rest, indent, false));
    } while (this.#indent === indent && isItem(this.#text));
    if (this.#indent > indent) throw NOT_PLAIN;
    this.#depth--;
    return list;
  }

  #block(): unknown {
    return isItem(this.#text) ? this.#list(this.#indent) : this.#map(this.#indent);
  }

  /** The value after a key or a dash. Goes to the line after it. The list of a key needs no indentation. */
  #value(rest: string, indent: number, ofKey: boolean): unknown {
    if (rest === '' || rest[0] === '#') {
      this.#advance();
      if (this.#indent > indent) return this.#block();
      return ofKey && this.#indent === indent && isItem(this.#text) ? this.#list(indent) : null;
    }
    if (rest[0] === '|') return this.#literal(rest, indent);
    const value = scalar(rest);
    this.#advance();
    // A scalar that goes on in the next line.
    if (this.#indent > indent) throw NOT_PLAIN;
    return value;
  }

  /** A literal text, with its line ends. */
  #literal(header: string, indent: number): string {
    const [, chomp] = LITERAL.exec(header) ?? [];
    if (chomp === undefined) throw NOT_PLAIN;
    const lines = this.#lines;
    let at = this.#next;
    while (at < lines.length && isBlank(lines[at]!)) at++;
    const margin = at < lines.length ? indentOf(lines[at]!) : 0;
    if (margin <= indent) throw NOT_PLAIN;
    const text: string[] = [];
    for (at = this.#next; at < lines.length; at++) {
      const line = lines[at]!;
      if (isBlank(line)) {
        if (line.length > margin) throw NOT_PLAIN;
        text.push('');
      } else if (indentOf(line) >= margin) text.push(line.slice(margin));
      else break;
    }
    // Without a line end at its end, the text is cut off.
    if (at === lines.length && lines[at - 1] !== '') throw NOT_PLAIN;
    while (text.at(-1) === '') text.pop();
    this.#next = at;
    this.#advance();
    if (this.#indent > indent) throw NOT_PLAIN;
    return text.join('\n') + (chomp === '-' ? '' : '\n');
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) throw NOT_PLAIN;
  }
}

function scalar(rest: string): unknown {
  switch (rest[0]) {
    case '"':
      return JSON.parse(group(DOUBLE_QUOTED, rest)) as string;
    case "'":
      return group(SINGLE_QUOTED, rest).replaceAll("''", "'");
    case '[':
    case '{':
      return flow(rest);
    default:
      return plainScalar(rest);
  }
}

/** A list or a map in brackets. */
function flow(rest: string): unknown {
  if (EMPTY.test(rest)) return rest[0] === '[' ? [] : {};
  if (STRINGS.test(rest)) return JSON.parse(group(STRINGS, rest)) as unknown;
  // Anchors and aliases have a meaning for the whole document.
  if (/[&*!]/.test(rest)) throw NOT_PLAIN;
  return byLibrary(rest);
}

function plainScalar(rest: string): unknown {
  const comment = rest.indexOf(' #');
  const text = comment < 0 ? rest : rest.slice(0, comment).replace(/ +$/, '');
  if (/^[&*!]/.test(text) || text.endsWith(':') || text.includes(': ')) throw NOT_PLAIN;
  if (/^[A-Za-z/]/.test(text)) {
    if (text.length > 'false'.length || !WORD.test(text)) return text;
    if (text === 'true' || text === 'false') return text === 'true';
  } else if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  // Such as -1, 0.5, 0777 and 2026-01-31.
  if (!known.has(text)) {
    if (known.size > 10_000) known.clear();
    const value = byLibrary(text);
    if (typeof value === 'object' && value !== null) throw NOT_PLAIN;
    known.set(text, value);
  }
  return known.get(text);
}

/** The values of scalars that only the library can read. */
const known = new Map<string, unknown>();

/** The value of a text after a key, as the library reads it. */
function byLibrary(text: string): unknown {
  const { documents } = parseDocuments(`key: ${text}\n`);
  const [document] = documents;
  if (documents.length !== 1 || document!.errors.length > 0 || document!.warnings.length > 0) throw NOT_PLAIN;
  try {
    if (duplicateKeys(document!.contents).length > 0) throw NOT_PLAIN;
    const { key, ...others } = document!.toJS() as Record<string, unknown>;
    if (Object.keys(others).length > 0) throw NOT_PLAIN;
    return key;
  } catch {
    throw NOT_PLAIN;
  }
}

/** The first group of a pattern that must match. */
function group(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw NOT_PLAIN;
  return found;
}

function isItem(text: string): boolean {
  return text[0] === '-' && (text.length === 1 || text[1] === ' ');
}

function indentOf(line: string): number {
  let indent = 0;
  while (line[indent] === ' ') indent++;
  return indent;
}

function isBlank(line: string): boolean {
  return indentOf(line) === line.length;
}
