/** A text of a program that a person may read. */
export interface ProgramText {
  readonly kind: 'comment' | 'string';
  readonly line: number;
  readonly text: string;
}

// In this order: a slash in a string is no comment, and a quote in a comment begins no string.
const TOKEN =
  /\/\*[^]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*`|(?<=[=(,:?[!&|{};]\s*|return\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The comments of a program, and its strings that are prose: several words with spaces. */
export function programTexts(source: string): ProgramText[] {
  let line = 1;
  let last = 0;
  return [...source.matchAll(TOKEN)].flatMap(({ 0: token, index }): ProgramText[] => {
    line += source.slice(last, index).split('\n').length - 1;
    last = index;
    if (token.startsWith('/')) return isComment(token) ? [{ kind: 'comment', line, text: comment(token) }] : [];
    const text = token.slice(1, -1).replaceAll(/\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}/g, '`0`');
    return /\w [\w`(]/.test(text) ? [{ kind: 'string', line, text }] : [];
  });
}

const isComment = (token: string) => token.startsWith('//') || token.startsWith('/*');

function comment(token: string): string {
  return token.replaceAll(/^\/\*+|\*\/$|^\s*\/\/ ?|^\s*\* ?/gm, '').trim();
}
