import { interpolate, type Lookup, type Variable } from './interpolate';

/** One line of an env file. */
interface EnvLine {
  readonly name: string;
  /** Nothing where only the name stands: then it is what it is where the command runs. */
  readonly value: string | undefined;
  readonly line: number;
  /** The variables that its value came from. */
  readonly variables: readonly Variable[];
}

/** What is wrong with a line. */
interface EnvProblem {
  readonly message: string;
  readonly line: number;
}

/** What an env file says, and what is wrong with it. */
export interface EnvFile {
  readonly lines: readonly EnvLine[];
  readonly problems: readonly EnvProblem[];
}

const START = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:([=:])[ \t]*(.*))?$/s;
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

/**
 * Reads an env file as compose does: `#` comments, `export`, single quotes (as it stands), double quotes (with escapes, also over
 * several lines), and variables, of the file's earlier lines too. `raw` takes everything after the first `=` as it stands.
 */
export function readEnvFile(text: string, lookup: Lookup, raw = false): EnvFile {
  const lines: EnvLine[] = [];
  const problems: EnvProblem[] = [];
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const known = new Map<string, string>();
  for (let i = 0; i < rows.length; i++) {
    const line = i + 1;
    if (/^\s*(#|$)/.test(rows[i]!)) continue;
    const [, name, separator, after = ''] = START.exec(rows[i]!.trim()) ?? [];
    if (!name) {
      problems.push({ message: 'It is not the setting of a variable.', line });
      continue;
    }
    if (!separator) {
      lines.push({ name, value: undefined, line, variables: [] });
      continue;
    }
    let rest = after;
    if (!raw && /^["']/.test(rest)) while (closingQuote(rest) < 0 && i + 1 < rows.length) rest += `\n${rows[++i]}`;
    if (!raw && /^["']/.test(rest) && closingQuote(rest) < 0) {
      problems.push({ message: `The quote of ${name} has no end.`, line });
      break;
    }
    // What the shell has is stronger than what stands earlier in the file, for compose too.
    const {
      text: value,
      variables,
      missing,
      invalid,
    } = raw ? { ...NOTHING, text: rest } : valueOf(rest, (other) => lookup(other) ?? known.get(other));
    for (const { name: other, message } of missing)
      problems.push({ message: `${name} needs ${other}, which has no value${message ? `: ${message}` : ''}.`, line });
    if (invalid.length > 0)
      problems.push({ message: `${name} holds a $ that begins no variable: write $$ for the sign itself.`, line });
    known.set(name, value);
    lines.push({ name, value, line, variables });
  }
  return { lines, problems };
}

const NOTHING = { variables: [], unset: [], missing: [], invalid: [] };

function valueOf(text: string, lookup: Lookup) {
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
