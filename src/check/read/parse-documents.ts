import { Composer, Lexer, LineCounter, Parser, type Document } from 'yaml';
import { kubernetesTags } from './dialect';

/** The documents of a text, and the number of the line and the column of an offset. */
export interface ParsedText {
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
}

/** Parses a text as kubectl does, that is as the YAML library of Go. */
export function parseDocuments(text: string): ParsedText {
  const lines = new LineCounter();
  const composer = new Composer({
    merge: true,
    customTags: kubernetesTags,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(tokensOf(withLineFeeds(text), lines))];
  for (const document of documents)
    document.errors = document.errors.filter(({ message }) => !ACCEPTED.some((accepted) => accepted.test(message)));
  return { documents, lines };
}

/** What kubectl accepts: `|# comment`, `"text"# comment`, and `"\'"`. */
const ACCEPTED = [/^Comments must be separated from other tokens/, /^Invalid escape sequence \\'$/];

/** A single carriage return ends a line too. The offsets do not change. */
function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text;
}

function* tokensOf(text: string, lines: LineCounter) {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of lexer().lex(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

/** The private methods of the lexer that end a quoted string or a flow collection where the indentation ends. */
interface Indented {
  indentNext: number;
  parseQuotedScalar(): Generator<string, unknown>;
  parseFlowCollection(): Generator<string, unknown>;
}

/**
 * A lexer for which indentation has no meaning in quotes and brackets. YAML requires that a value is indented more than
 * its key, but many emitters wrap long strings without indentation, and kubectl reads them.
 */
function lexer(): Lexer {
  const made = new Lexer();
  const indented = made as unknown as Indented;
  for (const method of ['parseQuotedScalar', 'parseFlowCollection'] as const) {
    const parse = indented[method].bind(made);
    indented[method] = function* () {
      const { indentNext } = indented;
      indented.indentNext = 0;
      const next = yield* parse();
      indented.indentNext = indentNext;
      return next;
    };
  }
  return made;
}
