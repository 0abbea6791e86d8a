import { Document, type ScalarTag, type Tags } from 'yaml';
import { stringTag } from 'yaml/util';

const scalars = new Map<unknown, string>();
const keys = new Map<string, string>();

/**
 * A text, number, truth value or nothing, as the value of a key at the margin. A text that any version of YAML could
 * take for something else is quoted: Kubernetes' parser still knows 1.1, where `yes` is a boolean and `0777` a number.
 */
export function scalarText(value: unknown): string {
  let text = scalars.get(value);
  if (text === undefined) {
    text = write({ k: value ?? null }).slice('k: '.length, -1);
    scalars.set(value, text);
  }
  return text;
}

/** A key, without its colon; one so long that a parser would not look for a colon behind it has a line of its own. */
export function keyText(key: string, indent: string): string {
  const text = oneLine(key);
  return text.length > LONGEST_KEY ? `? ${text}\n${indent}` : text;
}

/** Parsers look for the colon within 1,024 characters. */
const LONGEST_KEY = 1000;

function oneLine(key: string): string {
  let text = keys.get(key);
  if (text === undefined) {
    const [, plain] = /^([^\n?][^\n]*): 0\n$/.exec(write({ [key]: 0 })) ?? [];
    // Between quotes any text stands on one line.
    text = plain ?? write({ k: `\n${key}` }).slice('k: "\\n'.length, -2);
    if (plain === undefined) text = `"${text}"`;
    keys.set(key, text);
  }
  return text;
}

function write(value: unknown): string {
  return new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1', customTags: withCarefulText }).toString({ lineWidth: 0, doubleQuotedAsJSON: true });
}

/** Characters that a parser of YAML 1.1 breaks lines at, leaves out or refuses. */
const SPECIAL = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;
/** Lines of which the first begins with white space: what of it is indentation, parsers tell differently. */
const BLANK_START = /^(?=\s)[^]*\n/;

/** Text that not every parser would read the same as it stands is written between double quotes, with escapes. */
const carefulText: ScalarTag = {
  ...stringTag,
  stringify(item, ...rest) {
    const text = String(item.value);
    if (text.search(SPECIAL) < 0 && !BLANK_START.test(text)) return stringTag.stringify!(item, ...rest);
    const quoted = stringTag.stringify!({ ...item, type: 'QUOTE_DOUBLE' } as typeof item, ...rest);
    return quoted.replace(SPECIAL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  },
};

function withCarefulText(tags: Tags): Tags {
  return tags.map((tag) => (tag === stringTag ? carefulText : tag));
}
