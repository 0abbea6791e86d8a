import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, visit } from 'yaml';
import { EXPLANATIONS } from '../../src/check/explain';
import { RULES } from '../../src/check/rules/registry';
import { CODES } from '../../src/problems/codes';
import { BANNED, MOST_WORDS, problemsOf } from './language';
import { programTexts, type ProgramText } from './program-texts';

const root = join(__dirname, '../..');

const namesIn = (folder: string) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
const PAGES = [
  ...readdirSync(root),
  ...namesIn('docs'),
  ...namesIn('.github'),
  ...namesIn('.github/ISSUE_TEMPLATE'),
  ...['services', ...namesIn('services'), 'create', 'templates/example'].map((folder) => `${folder}/README.md`),
].filter((path) => /\.(md|txt)$/.test(path) && existsSync(join(root, path)));
const FORMS = namesIn('.github/ISSUE_TEMPLATE').filter((path) => path.endsWith('.yml'));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What people read of a form: its texts, but not its keys, ids and rendered types. */
function textsOf(form: string): string[] {
  const texts: string[] = [];
  for (const document of parseAllDocuments(form))
    visit(document, {
      Scalar(key, { value }) {
        if (key !== 'key' && typeof value === 'string') texts.push(value);
      },
    });
  return texts;
}

describe('our prose', () => {
  test('has pages', () => {
    for (const page of ['README.md', 'llms.txt', 'CHANGELOG.md', 'CODE_OF_CONDUCT.md', 'SECURITY.md', 'docs/words.md'])
      expect(PAGES).toContain(page);
    expect(PAGES).toContain('.github/pull_request_template.md');
    expect(FORMS.length).toBeGreaterThan(2);
  });

  test.each(PAGES)('%s', (page) => {
    expect(problemsOf(read(page))).toEqual([]);
  });

  test.each(FORMS)('%s', (form) => {
    expect(textsOf(read(form)).flatMap(problemsOf)).toEqual([]);
  });
});

describe('the texts of rules', () => {
  test.each(Object.entries(CODES))('%s', (_, sentence) => {
    expect(problemsOf(sentence)).toEqual([]);
  });

  test('the reason and the fix of each rule', () => {
    const texts = [...RULES, ...EXPLANATIONS].flatMap(({ why, fix }) => [why, fix]);
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.flatMap(problemsOf)).toEqual([]);
  });
});

describe('the texts of the programs', () => {
  const programs = ['src', 'services', 'static-site', 'bin', 'templates', 'create'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`),
  );
  /** Texts that are written into manifests. They change only together with the manifests. */
  const IN_MANIFESTS = /^no copies, no requests$/;
  /** Scripts and queries are no prose. */
  const isProse = ({ kind, text }: ProgramText) =>
    kind === 'comment' || !(/[\n;{}=|<>$]/.test(text) || IN_MANIFESTS.test(text));

  test('have no banned words and no long sentences', () => {
    const texts = programs.flatMap((file) =>
      programTexts(read(file))
        .filter(isProse)
        .map(({ line, text }) => ({ file, line, text })),
    );
    expect(texts.length).toBeGreaterThan(3000);
    expect(
      texts.flatMap(({ file, line, text }) => problemsOf(text).map((problem) => `${file}:${line} ${problem}`)),
    ).toEqual([]);
  });

  test('are found in comments and strings', () => {
    const source = [
      "const a = 'two words // no comment';",
      '/** A comment',
      ' * on two lines. */',
      "const b = /no 'string/; // after code",
      'const c = `the value ${d.map((e) => `${e}`)} is wrong`;',
      "import 'one-word';",
    ].join('\n');
    expect(programTexts(source)).toEqual([
      { kind: 'string', line: 1, text: 'two words // no comment' },
      { kind: 'comment', line: 2, text: 'A comment\non two lines.' },
      { kind: 'comment', line: 4, text: 'after code' },
      { kind: 'string', line: 5, text: expect.stringContaining('the value') },
    ]);
  });
});

describe('problemsOf', () => {
  const words = (n: number) => Array.from({ length: n }, () => 'word').join(' ');
  const lines = (text: string) => problemsOf(text).map((problem) => Number(/^line (\d+)/.exec(problem)![1]));

  test('accepts plain English', () => {
    expect(problemsOf('Unexpected argument: k8s-prod')).toEqual([]);
    expect(problemsOf('`calm: 60` scales down after one minute of low load (default: five).')).toEqual([]);
    expect(problemsOf('')).toEqual([]);
  });

  test.each([
    ['Mend what the message names.', 'fix'],
    ['Whoever does it confirms it.', 'the person or the program'],
    ['It takes five minutes in place of one.', 'instead of'],
    ['A share of that of which the share is, is that which it requests.', 'two sentences, or a noun'],
    ['A label tells one node from another, or both apart.', 'distinguish'],
    ['All problems are told together.', 'reported'],
    ['Its health is asked after.', 'check'],
    ['A canary runs beside it.', 'next to, with, in addition to'],
    ['It has three copies.', 'replicas'],
    ['There is one copy, and it is small.', 'replica'],
    ['Nothing is left out in silence.', 'without a message'],
    ['A typing error is a slip of the hand.', 'by hand, typing error'],
  ])('%s → %s', (text, use) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(`(use: ${use})`)]);
  });

  test('a copy of a file is not a replica', () => {
    expect(
      problemsOf(
        'It copies files. It copies saved files. `npm run dev` copies every file. COPIES, COPY and a copy of the data.',
      ),
    ).toEqual([]);
  });

  test('a banned word is found at any place in a page, and not in code', () => {
    const page = [
      '# Mend it',
      '',
      'Plain text, which spans',
      'two lines. Whoever reads it',
      '- an item',
      '  in silence',
      '1. `mend` and [a link](https://example.com/mend/beside)',
      '',
      '| a | beside |',
      '| --- | --- |',
      '| `mend | mend` | for ever |',
      '',
      '```sh',
      'mend # whoever',
      '```',
      '<!-- mend',
      'whoever -->',
      '> anew',
    ];
    expect(lines(page.join('\n'))).toEqual([1, 3, 5, 9, 11, 18]);
  });

  test('a sentence has a maximum number of words', () => {
    expect(problemsOf(`${words(MOST_WORDS)}.`)).toEqual([]);
    expect(problemsOf(`${words(MOST_WORDS + 1)}.`)).toEqual([expect.stringContaining(`${MOST_WORDS + 1} words`)]);
    expect(lines(`${words(20)}.\n${words(20)}: ${words(20)}.`)).toEqual([1]);
  });

  test('items, cells and headings are sentences of their own', () => {
    expect(problemsOf(`${words(20)}\n\n${words(20)}`)).toEqual([]);
    expect(problemsOf(`# ${words(20)}\n${words(20)}\n- ${words(20)}\n  ${words(10)}\n- ${words(20)}`)).toEqual([]);
    expect(problemsOf(`| ${words(20)} | ${words(20)} |\n|---|---|\n| ${words(20)} | ${words(20)} |`)).toEqual([]);
    expect(lines(`- ${words(20)}\n  ${words(20)}`)).toEqual([1]);
  });

  test('code counts as one word, and an abbreviation does not end a sentence', () => {
    expect(problemsOf(`${words(MOST_WORDS - 2)} \`kubectl -n blog get pods\` https://example.com/a-b.`)).toEqual([]);
    expect(lines(`${words(20)} README.md 20.19 ${words(20)}`)).toEqual([1]);
  });

  test('no entry of the list repeats another one', () => {
    expect(new Set(BANNED.map(([pattern]) => pattern.source)).size).toBe(BANNED.length);
  });
});
