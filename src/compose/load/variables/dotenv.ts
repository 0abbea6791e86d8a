import { interpolate, type ReadVariable, type VariableLookup } from './interpolate';

/** One line of an env file. */
interface EnvLine {
  readonly name: string;
  /** Undefined if the line has only the name. Then the value comes from the shell. */
  readonly value: string | undefined;
  readonly line: number;
  /** The variables in its value. */
  readonly variables: readonly ReadVariable[];
}

/** A problem in one line. */
interface EnvProblem {
  readonly message: string;
  readonly line: number;
}

/** The lines of an env file, and its problems. */
interface EnvFile {
  readonly lines: readonly EnvLine[];
  readonly problems: readonly EnvProblem[];
}

/** A pod cannot have more. Variables can multiply each other, so a short file can have very long values. */
const LONGEST = 1_000_000;
const START = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:([=:])[ \t]*(.*))?$/s;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

/**
 * Reads an env file as Compose does: `#` comments, `export`, single quotes (literal, apart from `\'`), double quotes (with escapes, also over
 * several lines), and variables, also those of earlier lines. With `raw`, everything after the first `=` is literal.
 */
export function readEnvFile(text: string, lookup: VariableLookup, raw = false): EnvFile {
  const lines: EnvLine[] = [];
  const problems: EnvProblem[] = [];
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const known = new Map<string, string>();
  let length = 0;
  for (let i = 0; i < rows.length; i++) {
    const line = i + 1;
    if (/^\s*(#|$)/.test(rows[i]!)) continue;
    const [, name, separator, after = ''] = START.exec(rows[i]!.trim()) ?? [];
    if (!name) {
      problems.push({ message: 'The line does not set a variable.', line });
      continue;
    }
    if (!separator) {
      lines.push({ name, value: undefined, line, variables: [] });
      continue;
    }
    const quoted = !raw && /^["']/.test(after);
    // A quoted value can have several lines.
    const until = quoted ? lineWithQuote(after, rows, i) : i;
    if (until === undefined) {
      problems.push({ message: `The value of ${name} has no closing quote.`, line });
      break;
    }
    const rest = [after, ...rows.slice(i + 1, until + 1)].join('\n');
    i = until;
    // As in Compose, the shell overrides earlier lines of the file.
    const {
      text: value,
      variables,
      missing,
      invalid,
      excess,
    } = raw ? { ...NOTHING, text: rest } : valueOf(rest, (other) => lookup(other) ?? known.get(other));
    for (const { name: other, message } of missing)
      problems.push({
        message: `${name} requires the variable ${other}, which has no value${message ? `: ${message}` : ''}.`,
        line,
      });
    if (invalid.length > 0)
      problems.push({
        message: `${name} contains \${ that does not start a variable. Write $$ for a literal $.`,
        line,
      });
    if (excess) problems.push({ message: `${name} contains ${excess}.`, line });
    length += value.length;
    if (length > LONGEST) {
      problems.push({ message: `The variables of the file have more than ${LONGEST} characters.`, line });
      break;
    }
    known.set(name, value);
    lines.push({ name, value, line, variables });
  }
  return { lines, problems };
}

const NOTHING = { variables: [], unset: [], missing: [], invalid: [], excess: undefined };

function valueOf(text: string, lookup: VariableLookup) {
  if (text.startsWith("'")) {
    const inside = text.slice(1, closingQuote(text));
    return { ...NOTHING, text: inside.replace(/\\(.)/gs, (all, letter: string) => (letter === "'" ? letter : all)) };
  }
  if (!text.startsWith('"')) return interpolate(withoutComment(text).trim(), lookup);
  const inside = text.slice(1, closingQuote(text));
  return interpolate(
    inside.replace(/\\(.)/gs, (all, letter: string) => ESCAPES[letter] ?? all),
    lookup,
  );
}

/** As in Compose, a comment starts with a space and `#`. */
function withoutComment(text: string): string {
  return text.split(' #', 1)[0]!;
}

/** The row with the quote that closes the value which starts in the row `first`. */
function lineWithQuote(start: string, rows: readonly string[], first: number): number | undefined {
  const quote = start[0]!;
  if (closingQuote(start, 1, quote) >= 0) return first;
  for (let row = first + 1; row < rows.length; row++) if (closingQuote(rows[row]!, 0, quote) >= 0) return row;
  return undefined;
}

function closingQuote(text: string, from = 1, quote = text[0]): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
  }
  return -1;
}
