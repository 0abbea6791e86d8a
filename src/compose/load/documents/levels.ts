import { Lexer } from 'yaml';

/** Compose files have about ten levels. The parser calls itself for each level, so it cannot read any number of them. */
export const MOST_LEVELS = 200;

const SCALAR = '\u001f';

/** Whether brackets, or list marks of one line, have too many levels. Levels by indentation need a much longer text. */
export function hasTooManyLevels(text: string): boolean {
  let brackets = 0;
  let marks = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    if (before !== SCALAR) {
      if (token === '[' || token === '{') brackets++;
      else if (token === ']' || token === '}') brackets--;
      else if (token === '-' || token === '?') marks++;
      else if (token.includes('\n')) marks = 0;
      if (Math.max(brackets, marks) > MOST_LEVELS) return true;
    }
    before = token;
  }
  return false;
}
