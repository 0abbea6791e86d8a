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

const START = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:([=:])[ \t]*(.*))?$/s;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

/**
 * Reads an env file as Compose does: `#` comments, `export`, single quotes (literal), double quotes (with escapes, also over
 * several lines), and variables, also those of earlier lines. With `raw`, everything after the first `=` is literal.
 */
export function readEnvFile(text: string, lookup: VariableLookup, raw = false): EnvFile {
  const lines: EnvLine[] = [];
  const problems: EnvProblem[] = [];
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const known = new Map<string, string>();
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
    let rest = after;
    if (!raw && /^["']/.test(rest)) while (closingQuote(rest) < 0 && i + 1 < rows.length) rest += `\n${rows[++i]}`;
    if (!raw && /^["']/.test(rest) && closingQuote(rest) < 0) {
      problems.push({ message: `The value of ${name} has no closing quote.`, line });
      break;
    }
    // As in Compose, the shell overrides earlier lines of the file.
    const {
      text: value,
      variables,
      missing,
      invalid,
    } = raw ? { ...NOTHING, text: rest } : valueOf(rest, (other) => lookup(other) ?? known.get(other));
    for (const { name: other, message } of missing)
      problems.push({
        message: `${name} requires the variable ${other}, which has no value${message ? `: ${message}` : ''}.`,
        line,
      });
    if (invalid.length > 0)
      problems.push({
        message: `${name} contains a $ that does not start a variable. Write $$ for a literal $.`,
        line,
      });
    known.set(name, value);
    lines.push({ name, value, line, variables });
  }
  return { lines, problems };
}

const NOTHING = { variables: [], unset: [], missing: [], invalid: [] };

function valueOf(text: string, lookup: VariableLookup) {
  if (text.startsWith("'")) return { ...NOTHING, text: text.slice(1, closingQuote(text)) };
  if (!text.startsWith('"')) return interpolate(text.replace(/(^|\s)#.*$/, '').trim(), lookup);
  const inside = text.slice(1, closingQuote(text));
  return interpolate(
    inside.replace(/\\(.)/gs, (all, letter: string) => ESCAPES[letter] ?? all),
    lookup,
  );
}

function closingQuote(text: string): number {
  for (let i = 1; i < text.length; i++) {
    if (text[i] === '\\' && text[0] === '"') i++;
    else if (text[i] === text[0]) return i;
  }
  return -1;
}
