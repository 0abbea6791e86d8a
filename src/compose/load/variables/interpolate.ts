/** What a variable is, as the shell, `--env-file` and `.env` have it; nothing where it is not set. */
export type Lookup = (name: string) => string | undefined;

/** A variable that was read, and what stands in its place. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}

/** What came of a text with variables in it. */
export interface Interpolated {
  readonly text: string;
  /** The variables that were read. */
  readonly variables: readonly Variable[];
  /** Variables that have no value and no default: compose takes them for empty. */
  readonly unset: readonly string[];
  /** Variables that must have a value, each with the message that stands beside it. */
  readonly missing: readonly { readonly name: string; readonly message: string }[];
  /** What is no variable: `$` before something else, or a brace without its end. */
  readonly invalid: readonly string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** What may stand after the name: `:-` and its like ask for a value that is not empty, `-` for one at all. */
const OPERATOR = /^:?[-?+]/;

/** Replaces `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:?why}`, `${A?why}`, `${A:+b}`, `${A+b}`, also one within another; `$$` is a `$`. */
export function interpolate(text: string, lookup: Lookup): Interpolated {
  const found = {
    variables: [] as Variable[],
    unset: [] as string[],
    missing: [] as { name: string; message: string }[],
    invalid: [] as string[],
  };
  return { text: expand(text, lookup, found), ...found };
}

type Found = {
  variables: Variable[];
  unset: string[];
  missing: { name: string; message: string }[];
  invalid: string[];
};

function expand(text: string, lookup: Lookup, found: Found): string {
  let result = '';
  for (let i = 0; i < text.length;) {
    const dollar = text.indexOf('$', i);
    if (dollar < 0) return result + text.slice(i);
    result += text.slice(i, dollar);
    const rest = text.slice(dollar + 1);
    const [name] = NAME.exec(rest) ?? [];
    if (rest.startsWith('$')) {
      result += '$';
      i = dollar + 2;
    } else if (name) {
      result += plain(name, lookup, found);
      i = dollar + 1 + name.length;
    } else {
      const end = rest.startsWith('{') ? closingBrace(rest) : -1;
      if (end < 0) {
        found.invalid.push(text.slice(dollar, dollar + 20));
        return result + text.slice(dollar);
      }
      result += braced(rest.slice(1, end), lookup, found);
      i = dollar + 2 + end;
    }
  }
  return result;
}

function braced(inside: string, lookup: Lookup, found: Found): string {
  const [name] = NAME.exec(inside) ?? [];
  const [operator] = OPERATOR.exec(inside.slice(name?.length)) ?? [];
  if (name && inside === name) return plain(name, lookup, found);
  if (!name || !operator) {
    found.invalid.push(`\${${inside}}`);
    return '';
  }
  const value = lookup(name);
  const there = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const word = inside.slice(name.length + operator.length);
  const result = () => {
    // Only what is taken is looked into: a default that is not needed may hold anything.
    if (operator.endsWith('+')) return there ? expand(word, lookup, found) : '';
    if (there) return value;
    if (operator.endsWith('-')) return expand(word, lookup, found);
    found.missing.push({ name, message: expand(word, lookup, found) });
    return '';
  };
  return read(name, result(), found);
}

function plain(name: string, lookup: Lookup, found: Found): string {
  const value = lookup(name);
  if (value === undefined) found.unset.push(name);
  return read(name, value ?? '', found);
}

function read(name: string, value: string, found: Found): string {
  found.variables.push({ name, value });
  return value;
}

/** Where the brace at the start is closed; those of variables within do not count. */
function closingBrace(text: string): number {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{' && (i === 0 || text[i - 1] === '$')) open++;
    else if (text[i] === '}' && --open === 0) return i;
  }
  return -1;
}
