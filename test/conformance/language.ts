// The mechanical part of the language rules in CONTRIBUTING.md: words that are always wrong, and sentences that are too long.

/** The most words that a sentence may have. Inline code counts as one word. */
export const MOST_WORDS = 32;

/** Words that are always wrong in our prose, and what to write instead. */
export const BANNED: readonly (readonly [pattern: RegExp, use: string])[] = [
  [/\bmend(?:s|ed|ing)?\b/i, 'fix'],
  [/\bwho(?:m|so)?ever\b/i, 'the person or the program'],
  [/\bin place of\b/i, 'instead of'],
  [/\bin (?:its|their) (?:place|stead)\b/i, 'instead'],
  [/\btak(?:e|es|ing) the place of\b|\btook the place of\b/i, 'replace'],
  [/\bwhat is that which\b|\b(?:of|is|than) that (?:of )?which\b/i, 'two sentences, or a noun'],
  [/\b(?:tell|tells|telling|told)\b[^.;:]*?\bapart\b/i, 'distinguish'],
  [/\b(?:is|are|was|were|be|been|being) told\b/i, 'reported'],
  [/\bask(?:s|ed|ing)? after\b/i, 'check'],
  [/\bbeside\b/i, 'next to, with, in addition to'],
  // Docker's COPY is in capitals, and a program may copy files.
  [
    /\bcopies\b(?! (?:of|from|into|(?:\w+ )?(?:files?|folders?|sources?)|the|an?|it|them|its|their|every|each|all|your|what)\b)/,
    'replicas',
  ],
  [/\b(?:one|each|every|another|old|new|first|second|single|dead|broken) copy\b(?! of\b)|\bcopy by copy\b/i, 'replica'],
  [/\bin silence\b/i, 'without a message'],
  [/\bby the hand\b|\bslips? of the hand\b/i, 'by hand, typing error'],
  [/\bby the clock\b|\bthe clock (?:asks|decides|says)\b/i, 'on a schedule'],
  [/\bin earnest\b/i, 'in production'],
  [/\b(?:of|than) ours\b/i, 'our'],
  [/\bfor ever\b/i, 'forever'],
  [/\bfor good\b(?! reasons?\b)/i, 'permanently'],
  [/\banew\b/i, 'again'],
  [/\bma(?:ke|kes|de|king) way for\b/i, 'replaced by'],
  [/\bdoors?\b/i, 'gateway, entry point, public API'],
  [/\breckon(?:s|ed|ing)?\b/i, 'calculate, expect'],
  [/\b(?:have|has|had) (?:the|a|no|its) say\b/i, 'decide'],
  [/\bsa(?:y|ys|id) of\b/i, 'say about'],
  [/\bthe way back\b/i, 'rollback'],
  [/\b(?:its|their|the) like\b(?! (?:an?|the)\b)/i, 'similar'],
  [/\b(?:albeit|lest|hitherto|henceforth|thereafter|whilst)\b/i, 'a plain connective'],
];

/** A paragraph, a heading, a list item or a table cell, and the line where it begins. */
interface Unit {
  readonly line: number;
  readonly text: string;
}

/** The problems in a page of Markdown or in a message of the program. Each problem names its line, from 1. */
export function problemsOf(text: string): string[] {
  return unitsOf(text).flatMap(({ line, text: unit }) => [
    ...BANNED.flatMap(([pattern, use]) => {
      const [found] = pattern.exec(unit) ?? [];
      return found === undefined ? [] : [`line ${line}: "${found}" (use: ${use}): ${unit}`];
    }),
    ...sentencesOf(unit).flatMap((sentence) => {
      const words = sentence.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      return words <= MOST_WORDS ? [] : [`line ${line}: ${words} words (at most ${MOST_WORDS}): ${sentence}`];
    }),
  ]);
}

/** The prose of a page, without code and markup. */
function unitsOf(page: string): Unit[] {
  const units: Unit[] = [];
  let open: { line: number; lines: string[] } | undefined;
  const close = () => {
    if (open) units.push({ line: open.line, text: plain(open.lines.join(' ')) });
    open = undefined;
  };
  for (const [i, given] of withoutCode(page).split('\n').entries()) {
    const text = given.replace(/^\s*(?:>\s?)*/, '').trim();
    const [marker = ''] = /^(?:#+|[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?/.exec(text) ?? [];
    if (text === '' || text.startsWith('|') || marker !== '') close();
    if (text.startsWith('|')) units.push(...cellsOf(text).map((cell) => ({ line: i + 1, text: plain(cell) })));
    else if (text !== '') {
      open ??= { line: i + 1, lines: [] };
      open.lines.push(text.slice(marker.length));
      if (marker.startsWith('#')) close();
    }
  }
  close();
  return units.filter(({ text }) => text !== '');
}

/** The page with blank lines instead of code blocks and comments. The line numbers do not change. */
function withoutCode(page: string): string {
  const blank = (text: string) => text.replaceAll(/[^\n]/g, '');
  return page
    .replaceAll(/^([ \t]*)(`{3,}|~{3,}).*?(?:^\1\2[ \t]*$|$(?![^]))/gms, blank)
    .replaceAll(/<!--.*?-->/gs, blank);
}

function cellsOf(row: string): string[] {
  return row
    .replaceAll(/`[^`]*`/g, CODE)
    .split(/(?<!\\)\|/)
    .filter((cell) => !/^[\s:-]*$/.test(cell));
}

/** Replaces inline code or an address. It counts as one word and is not banned. */
const CODE = '0';

/** Text without markup. */
function plain(text: string): string {
  return text
    .replaceAll(/(`+)[^`].*?\1/g, CODE)
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<?https?:\/\/\S*[^\s.,;:)>]>?/g, CODE)
    .replaceAll(/\*+|(?<![\w/])_+|_+(?![\w/])/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A sentence ends at a punctuation mark. If a lower-case letter follows, the mark belongs to an abbreviation. */
function sentencesOf(unit: string): string[] {
  return unit.split(/(?<=[.!?…]["')\]]*) (?!\p{Ll})/u).filter((sentence) => sentence !== '');
}
