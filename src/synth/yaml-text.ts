import type * as Library from './yaml-library';

const scalars = new Map<unknown, string>();
const keys = new Map<string, string>();

/**
 * A text, number, truth value or nothing, as the value of a key at the margin. A text that any version of YAML could
 * take for something else is quoted: Kubernetes' parser still knows 1.1, where `yes` is a boolean and `0777` a number.
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
    text = plainText(key) ?? keyOnOneLine(key);
    keys.set(key, text);
  }
  return text;
}

function keyOnOneLine(key: string): string {
  const { write } = library();
  const [, plain] = /^([^\n?][^\n]*): 0\n$/.exec(write({ [key]: 0 })) ?? [];
  // Between quotes any text stands on one line.
  return plain ?? `"${write({ k: `\n${key}` }).slice('k: "\\n'.length, -2)}"`;
}

/** A name, a path, a URL or an amount, as most texts of manifests are. */
const PLAIN = /^(?:[a-z/](?:[\w./-]|:[\w/]){0,127}|[1-9]\d{0,8}(?:m|[KMGT]i))$/i;
/** Words that some version of YAML takes for a truth value, or for nothing. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A port in a variable. */
const NUMBER = /^[1-9]\d{0,8}$/;

/** Of most texts it is certain how they stand: these need no library. */
function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (NUMBER.test(value)) return `"${value}"`;
    return PLAIN.test(value) && !WORDS.test(value) ? value : undefined;
  }
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
}

/** Loaded with the first text that needs it: most small charts have none, and loading takes as long as writing them. */
function library(): typeof Library {
  return require('./yaml-library') as typeof Library;
}
