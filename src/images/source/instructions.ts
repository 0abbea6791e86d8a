/** An instruction of a Dockerfile, with its continuation lines. */
export interface Instruction {
  /** The line where it begins. The first line is 1. */
  readonly line: number;
  /** The keyword in upper case. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** The text after the flags. */
  readonly rest: string;
  /** Whether one of its here-documents has no end. */
  readonly open: boolean;
}

/** `--name=value`. */
interface Flag {
  readonly name: string;
  readonly value: string;
}

export type Escape = '\\' | '`';

/** A Dockerfile before the expansion of variables. */
export interface DockerfileLines {
  readonly instructions: readonly Instruction[];
  readonly escape: Escape;
  /** The image that reads the file, from `# syntax=`. */
  readonly syntax: string | undefined;
}

/**
 * Splits a Dockerfile into instructions as BuildKit does: continuation lines, comments between them, the escape
 * directive and here-documents. The tests compare it with dockerfile-ast, which takes too long to load for each synthesis.
 */
export function readInstructions(text: string): DockerfileLines {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const { escape, syntax } = directives(lines);
  const continued = escape === '\\' ? /(^|[^\\])\\[ \t]*$/ : /(^|[^`])`[ \t]*$/;
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    let logical = isComment(lines[at]!) ? '' : lines[at]!.trimStart();
    while (continued.test(logical)) {
      logical = logical.replace(continued, '$1');
      do at++;
      while (at < lines.length && (isComment(lines[at]!) || lines[at]!.trim() === ''));
      logical += lines[at] ?? '';
    }
    if (logical.trim() === '') continue;
    const found = split(logical, line, escape);
    const ends = hereDocuments(found);
    for (const { name, tabs } of ends) {
      do at++;
      while (at < lines.length && (tabs ? lines[at]!.replace(/^\t+/, '') : lines[at]) !== name);
    }
    instructions.push({ ...found, open: ends.length > 0 && at >= lines.length });
  }
  return { instructions, escape, syntax };
}

/** Splits one line without continuations, for example the one after ONBUILD. */
export function split(logical: string, line: number, escape: Escape): Instruction {
  const [, keyword = '', after = ''] = /^(\S+)\s*(.*)$/s.exec(logical.trim())!;
  const flags: Flag[] = [];
  let rest = after;
  const escaped = escape === '\\' ? '\\\\' : '`';
  const flag = new RegExp(
    `^--((?:${escaped}.|"(?:${escaped}.|[^"${escaped}])*"|'(?:${escaped}.|[^'${escaped}])*'|[^\\s"'${escaped}])*)(?:\\s+|$)`,
    's',
  );
  for (let found = flag.exec(rest); found; found = flag.exec(rest)) {
    rest = rest.slice(found[0].length);
    if (found[1] === '') break;
    const plain = found[1]!.replace(new RegExp(`${escaped}(.)|["']`, 'gs'), '$1');
    const [name = '', ...value] = plain.split('=');
    flags.push({ name, value: value.join('=') });
  }
  return { line, keyword: keyword.toUpperCase(), flags, rest, open: false };
}

/** The array of an instruction in JSON form, or undefined if it has the shell form. */
export function jsonForm(rest: string): string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    const words = JSON.parse(rest) as unknown[];
    return words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a word of COPY or ADD is a here-document. */
export function isHereDocument(word: string): boolean {
  return HERE_DOCUMENT.test(word);
}

const HERE_DOCUMENT = /^\d*<<(-?)[ \t]*([^<]+)$/s;

/** The here-documents that begin in a line, in order. */
function hereDocuments({ keyword, rest }: Instruction): { name: string; tabs: boolean }[] {
  const line = keyword === 'ONBUILD' ? rest : `${keyword} ${rest}`;
  if (!/^(?:ADD|COPY|RUN)\s/i.test(line) || !line.includes('<<') || jsonForm(rest)) return [];
  const words = line.match(/(?:<<[ \t]*|\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+/gs) ?? [];
  return words.flatMap((word) => {
    const [, dash, name] = HERE_DOCUMENT.exec(word) ?? [];
    return name === undefined ? [] : [{ name: name.replace(/\\(.)|["']/gs, '$1'), tabs: dash === '-' }];
  });
}

/** The parser directives: comments at the top that change how the file is read. */
function directives(lines: readonly string[]): { escape: Escape; syntax: string | undefined } {
  let escape: Escape = '\\';
  let syntax: string | undefined;
  for (const line of lines) {
    const [, name = '', value = ''] = /^#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/.exec(line) ?? [];
    if (!/^(?:escape|syntax|check)$/i.test(name)) break;
    if (name.toLowerCase() === 'escape' && value === '`') escape = value;
    if (name.toLowerCase() === 'syntax') syntax = value;
  }
  return { escape, syntax };
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}
