/** The value of a variable from the shell, `--env-file` or `.env`; undefined if it is not set. */
export type VariableLookup = (name: string) => string | undefined;

/** A variable that was read, and the value that was used. */
export interface ReadVariable {
  readonly name: string;
  readonly value: string;
}

/** A text with its variables replaced. */
interface Interpolated {
  readonly text: string;
  /** The variables that were read. */
  readonly variables: readonly ReadVariable[];
  /** Variables without a value and without a default. Compose uses an empty value. */
  readonly unset: readonly string[];
  /** Required variables without a value, each with its message. */
  readonly missing: readonly { readonly name: string; readonly message: string }[];
  /** Invalid variables: `$` before another character, or a brace that is not closed. */
  readonly invalid: readonly string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** The operator after the name. With `:` an empty value counts as no value. */
const OPERATOR = /^:?[-?+]/;

/** Replaces `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:?why}`, `${A?why}`, `${A:+b}`, `${A+b}`, also nested; `$$` becomes `$`. */
export function interpolate(text: string, lookup: VariableLookup): Interpolated {
  const found = {
    variables: [] as ReadVariable[],
    unset: [] as string[],
    missing: [] as { name: string; message: string }[],
    invalid: [] as string[],
  };
  return { text: expand(text, lookup, found), ...found };
}

type Found = {
  variables: ReadVariable[];
  unset: string[];
  missing: { name: string; message: string }[];
  invalid: string[];
};

function expand(text: string, lookup: VariableLookup, found: Found): string {
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

function braced(inside: string, lookup: VariableLookup, found: Found): string {
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
    // A default that is not used may contain anything, so it is not read.
    if (operator.endsWith('+')) return there ? expand(word, lookup, found) : '';
    if (there) return value;
    if (operator.endsWith('-')) return expand(word, lookup, found);
    found.missing.push({ name, message: expand(word, lookup, found) });
    return '';
  };
  return read(name, result(), found);
}

function plain(name: string, lookup: VariableLookup, found: Found): string {
  const value = lookup(name);
  if (value === undefined) found.unset.push(name);
  return read(name, value ?? '', found);
}

function read(name: string, value: string, found: Found): string {
  found.variables.push({ name, value });
  return value;
}

/** The index of the brace that closes the first one. Variables inside have their own braces. */
function closingBrace(text: string): number {
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{' && (i === 0 || text[i - 1] === '$')) open++;
    else if (text[i] === '}' && --open === 0) return i;
  }
  return -1;
}
