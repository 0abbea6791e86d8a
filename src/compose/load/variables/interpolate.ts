import { Braces } from './braces';

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
  /** Invalid variables: a brace without a name, with another operator, or that is not closed. */
  readonly invalid: readonly string[];
  /** What the text has too much of: variables in variables, or characters. */
  readonly excess?: string;
}

/** The most variables within variables. */
const DEEPEST = 100;
/** A pod cannot have more. Variables can multiply each other, so a short file can have a very long text. */
const LONGEST = 1_000_000;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/** The operator after the name. With `:` an empty value counts as no value. */
const OPERATOR = /:?[-?+]/y;

/**
 * Replaces `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:?why}`, `${A?why}`, `${A:+b}`, `${A+b}`, also nested; `$$` becomes `$`.
 * As in Compose, a `$` before any other character stays.
 */
export function interpolate(text: string, lookup: VariableLookup): Interpolated {
  const expansion = new Expansion(text, lookup);
  const result = expansion.part(0, text.length, 0);
  const { variables, unset, missing, invalid, excess } = expansion;
  return { text: excess ? '' : result, variables, unset, missing, invalid, ...(excess && { excess }) };
}

/** Replaces the variables of one text. It reads the text once, and cuts no part out of it before it is known. */
class Expansion {
  readonly variables: ReadVariable[] = [];
  readonly unset: string[] = [];
  readonly missing: { name: string; message: string }[] = [];
  readonly invalid: string[] = [];
  excess: string | undefined;
  #length = 0;
  readonly #braces: Braces;

  constructor(
    private readonly text: string,
    private readonly lookup: VariableLookup,
  ) {
    this.#braces = new Braces(text);
  }

  part(from: number, to: number, depth: number): string {
    const { text } = this;
    if (depth > DEEPEST) this.excess = `defaults within defaults, more than ${DEEPEST} levels`;
    if (this.excess) return '';
    const parts: string[] = [];
    let i = from;
    for (;;) {
      const dollar = text.indexOf('$', i);
      if (dollar < 0 || dollar >= to) break;
      parts.push(text.slice(i, dollar));
      const next = dollar + 1 < to ? text[dollar + 1] : undefined;
      const name = next === '$' || next === '{' ? undefined : this.#match(NAME, dollar + 1, to);
      if (next === '$') {
        parts.push('$');
        i = dollar + 2;
      } else if (next === '{') {
        const end = this.#braces.closing(dollar + 1, to);
        if (end === undefined) {
          this.invalid.push(text.slice(dollar, Math.min(to, dollar + 20)));
          i = dollar;
          break;
        }
        parts.push(this.#braced(dollar + 2, end, depth));
        i = end + 1;
      } else {
        parts.push(name === undefined ? '$' : this.#plain(name));
        i = dollar + 1 + (name?.length ?? 0);
      }
    }
    return parts.join('') + text.slice(i, to);
  }

  #braced(from: number, to: number, depth: number): string {
    const name = this.#match(NAME, from, to);
    if (name !== undefined && from + name.length === to) return this.#plain(name);
    const operator = name && this.#match(OPERATOR, from + name.length, to);
    if (!name || !operator) {
      this.invalid.push(`\${${this.text.slice(from, Math.min(to, from + 20))}}`);
      return '';
    }
    const value = this.lookup(name);
    const there = value !== undefined && (value !== '' || !operator.startsWith(':'));
    const word = () => this.part(from + name.length + operator.length, to, depth + 1);
    const result = () => {
      // A default that is not used may contain anything, so it is not read.
      if (operator.endsWith('+')) return there ? word() : '';
      if (there) return value;
      if (operator.endsWith('-')) return word();
      this.missing.push({ name, message: word() });
      return '';
    };
    return this.#read(name, result());
  }

  #plain(name: string): string {
    const value = this.lookup(name);
    if (value === undefined) this.unset.push(name);
    return this.#read(name, value ?? '');
  }

  #read(name: string, value: string): string {
    this.#length += value.length;
    if (this.#length > LONGEST) this.excess = `variables with more than ${LONGEST} characters`;
    if (this.excess) return '';
    this.variables.push({ name, value });
    return value;
  }

  #match(pattern: RegExp, from: number, to: number): string | undefined {
    pattern.lastIndex = from;
    const [found] = pattern.exec(this.text) ?? [];
    // A name or an operator never contains the brace that ends the part.
    return found && from < to ? found : undefined;
  }
}
