import type * as Library from './yaml-library';

const scalars = new Map<unknown, string>();
const keys = new Map<string, string>();

/**
 * A string, number, boolean or null as YAML, for a key without indentation. A string that some version of YAML reads as
 * another type is quoted. The parser of Kubernetes accepts YAML 1.1, where `yes` is a boolean and `0777` a number.
 */
export function scalarText(value: unknown): string {
  let text = scalars.get(value);
  if (text === undefined) {
    text =
      plainText(value) ??
      library()
        .write({ k: value ?? null })
        .slice('k: '.length, -1);
    scalars.set(value, text);
  }
  return text;
}

/** A key without its colon. A very long key needs a line of its own. */
export function keyText(key: string, indent: number): string {
  const text = oneLine(key);
  return text.length > LONGEST_KEY ? `? ${text}\n${' '.repeat(indent)}` : text;
}

/** Parsers expect the colon within 1,024 characters. */
const LONGEST_KEY = 1000;

function oneLine(key: string): string {
  let text = keys.get(key);
  if (text === undefined) {
    text = plainText(key) ?? keyOnOneLine(key);
    keys.set(key, text);
  }
  return text;
}

function keyOnOneLine(key: string): string {
  const { write } = library();
  const [, plain] = /^([^\n?][^\n]*): 0\n$/.exec(write({ [key]: 0 })) ?? [];
  // In quotes, any text fits on one line.
  return plain ?? `"${write({ k: `\n${key}` }).slice('k: "\\n'.length, -2)}"`;
}

/** A name, a path, a URL or a quantity, which most strings in manifests are. */
const PLAIN = /^(?:[a-z/](?:[\w./-]|:[\w/]){0,127}|[1-9]\d{0,8}(?:m|[KMGT]i))$/i;
/** Words that some version of YAML reads as a boolean, null or a number (`e0` has an exponent). */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|e\d+)$/i;

/** Such as a port in an environment variable. */
const NUMBER = /^[1-9]\d{0,8}$/;

/** The YAML of a simple value, without the library. Undefined for other values. */
function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (NUMBER.test(value)) return `"${value}"`;
    return PLAIN.test(value) && !WORDS.test(value) ? value : undefined;
  }
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Loaded when the first string needs it. Most small charts do not, and loading takes as long as writing them. */
function library(): typeof Library {
  return require('./yaml-library') as typeof Library;
}
