import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { duplicateKeys } from '../../../src/check/read/duplicate-keys';
import { parseDocuments } from '../../../src/check/read/parse-documents';
import { plainYaml } from '../../../src/check/read/plain-yaml';
import { synthesize } from '../../../src/synth/synthesize';
import { renderFile, toYaml } from '../../../src/synth/yaml';
import { ALL_CHARTS } from '../../charts/all';
import { NASTY } from '../../synth/nasty';

// The fast reader may leave a document to the library. It must never read another value, nor accept what the library rejects.

/** The value of a text with one document, as the library reads it; `rejected` for several documents and errors. */
function byLibrary(text: string): unknown {
  const { documents } = parseDocuments(text);
  const [document] = documents;
  if (documents.length !== 1 || document!.errors.length > 0) return 'rejected';
  try {
    return duplicateKeys(document!.contents).length > 0 ? 'rejected' : document!.toJS();
  } catch {
    return 'rejected';
  }
}

/** The text of a value that shows the order of keys. */
const shown = (value: unknown) => JSON.stringify(value);

/** The two values, if the fast reader reads another one than the library. */
function disagreement(text: string): [fast: string, library: string] | undefined {
  const [fast, library] = [shown(plainYaml(text)), shown(byLibrary(text))];
  return fast === undefined || fast === library ? undefined : [fast, library];
}

const partsOf = (text: string) => text.split(/^(?=---(?:\s|$))/m).filter((part) => /^[^#\s-]/m.test(part));

const synthesized = Object.values(ALL_CHARTS)
  .flatMap((make) => synthesize(make()).map(renderFile))
  .flatMap(partsOf);

test('reads everything that a synthesis writes', () => {
  expect(synthesized.length).toBeGreaterThan(200);
  const left = synthesized.filter((part) => plainYaml(part) === undefined);
  expect(left).toEqual([]);
  for (const part of synthesized) expect(disagreement(part)).toBeUndefined();
});

const root = join(__dirname, '../../..');

test('agrees about all YAML files of this repository', () => {
  const files = ['docs', 'test', 'templates', 'services', '.github'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name) && !name.includes('node_modules') && !name.includes('report/'))
      .map((name) => join(root, folder, name)),
  );
  expect(files.length).toBeGreaterThan(40);
  for (const file of files.filter((path) => existsSync(path)))
    for (const part of readFileSync(file, 'utf8').split(/^(?=---(?:\s|$))/m))
      expect(disagreement(part)).toBeUndefined();
});

const READ: Record<string, [text: string, value: unknown]> = {
  'a map': ['a: b\nc: d\n', { a: 'b', c: 'd' }],
  'the mark of a document': ['---\na: b\n', { a: 'b' }],
  comments: ['# x\n--- # y\na: b # c\n  # d\nb: # e\n  c: 1\n', { a: 'b', b: { c: 1 } }],
  'a list with and without indentation': ['a:\n- 1\n- 2\nb:\n  - 3\n', { a: [1, 2], b: [3] }],
  'maps in a list': [
    'a:\n  - b: 1\n    c: 2\n  -   d: 3\n      e: 4\n',
    {
      a: [
        { b: 1, c: 2 },
        { d: 3, e: 4 },
      ],
    },
  ],
  'lists in a list': ['a:\n  - - 1\n    - 2\n  -\n    - 3\n', { a: [[1, 2], [3]] }],
  nothing: ['a:\nb:\n  - \n  -\nc: ~\nd: null\n', { a: null, b: [null, null], c: null, d: null }],
  booleans: ['a: true\nb: false\nc: yes\nd: y\ne: Off\n', { a: true, b: false, c: true, d: true, e: false }],
  numbers: [
    'a: 0\nb: 12\nc: -1\nd: 0.5\ne: 0644\nf: 0x10\ng: 1_000\nh: 1e3\n',
    { a: 0, b: 12, c: -1, d: 0.5, e: 420, f: 16, g: 1000, h: 1000 },
  ],
  'large numbers': ['a: 123456789012345678901\n', { a: 123456789012345680000 }],
  'what looks like a number': [
    'a: 1.2.3\nb: 2026-01-31\nc: 10m\nd: 1:30\n',
    { a: '1.2.3', b: '2026-01-31', c: '10m', d: '1:30' },
  ],
  texts: [
    'a: b c, d [e] {f}\ng: http://h:80/i#j\nk: /l\nm: $(N)\n',
    { a: 'b c, d [e] {f}', g: 'http://h:80/i#j', k: '/l', m: '$(N)' },
  ],
  quotes: [
    `a: "b: #c"\nd: 'e''f'\ng: "h\\n\\"i\\\\"\n"j/k": l # m\n'n o': ""\n`,
    { a: 'b: #c', d: "e'f", g: 'h\n"i\\', 'j/k': 'l', 'n o': '' },
  ],
  brackets: [
    `a: []\nb: {} # c\nd: ["e", "f,g"]\nh: [1, i]\nj: { k: "l", m: [o] }\n`,
    { a: [], b: {}, d: ['e', 'f,g'], h: [1, 'i'], j: { k: 'l', m: ['o'] } },
  ],
  'literal texts': [
    'a: |\n  b\n   c\n\n  # d\ne: |-\n  f\n\ng:\n  - |\n    h\n',
    { a: 'b\n c\n\n# d\n', e: 'f', g: ['h\n'] },
  ],
  'a literal text with tabs': ['a: |\n  b:\n  \tc\n', { a: 'b:\n\tc\n' }],
  'no line end at the end': ['a: b', { a: 'b' }],
};

test.each(Object.entries(READ))('reads %s', (_, [text, value]) => {
  expect(shown(plainYaml(text))).toBe(shown(value));
  expect(shown(byLibrary(text))).toBe(shown(value));
});

const LEFT: Record<string, string> = {
  'anchors and aliases': 'a: &b 1\nc: *b\n',
  'a tag': 'a: !!str 1\n',
  'merge keys': 'a:\n  <<: { b: 1 }\n',
  'a quoted merge key': '"<<": { b: 1 }\n',
  'a key twice': 'a: 1\na: 2\n',
  'a key twice in brackets': 'a: { b: 1, b: 2 }\n',
  'a key that is no text': '1: a\ntrue: b\n',
  'a key of the prototype': '__proto__: { a: 1 }\n',
  'a very long key': `${'a'.repeat(1_100)}: b\n`,
  'an explicit key': '? a\n: b\n',
  'a text on several lines': 'a: b\n  c\n',
  'a quoted text on several lines': 'a: "b\n  c"\n',
  'a list in brackets on several lines': 'a: [b,\n  c]\n',
  'a folded text': 'a: >\n  b\n  c\n',
  'a literal text with an indicator': 'a: |2\n    b\n',
  'a literal text that keeps its line ends': 'a: |+\n  b\n\n',
  'a literal text with spaces on an empty line': 'a: |\n  b\n     \n  c\n',
  'a literal text that is cut off': 'a: |\n  b',
  tabs: 'a:\tb\n',
  'carriage returns': 'a: b\r\n',
  'a byte order mark': '\ufeffa: b\n',
  'a directive': '%YAML 1.2\n---\na: b\n',
  'content after the mark': '--- a: b\n',
  'the end of a document': 'a: b\n...\n',
  JSON: '{"a": 1}\n',
  'a list': '- a\n',
  'a text': 'a\n',
  'nothing at all': '# a\n',
  'an indented document': '  a: b\n',
  'a map on the line of a key': 'a: b: c\n',
  'wrong indentation': 'a:\n    b: 1\n  c: 2\n',
  'a template': 'a: {{ b }}\n',
  'deep nesting': Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''),
};

test.each(Object.entries(LEFT))('leaves %s to the library', (_, text) => {
  expect(plainYaml(text)).toBeUndefined();
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'\n \t:#-?|>\'"\\a0&*!%@`{}[],.~y') }),
  fc.constantFrom(...NASTY),
);
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyText,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom('a', 'b.c/d', 'on', '1'), anyText), tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('agrees about generated values, as two programs write them', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), anyValue), (value) => {
      expect(disagreement(toYaml(value))).toBeUndefined();
      for (const options of [
        {},
        { lineWidth: 20 },
        { defaultStringType: 'QUOTE_SINGLE' as const },
        { indentSeq: false },
      ])
        expect(disagreement(stringify(value, options))).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test('agrees about manifests with typing errors', () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      ...':#-?|>\'"\\&*!%@`{}[], \n\t0ay',
      '  ',
      '\n  ',
      ': ',
      ' #',
      '- ',
      '---\n',
      '|\n',
      '""',
      '\n\n',
      '<<: ',
    ),
    fc.constantFrom('on', 'null', '~', '1e3', '0x1F', '.inf', '"a', "'b", '|-', '>-', '{a: b}', '[a', '# c'),
  );
  const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(4), pieces), {
    minLength: 1,
    maxLength: 3,
  });
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...synthesized), edits, (manifest, changes) => {
      let text = manifest;
      for (const [where, removed, piece] of changes) {
        const at = Math.floor(where * text.length);
        text = text.slice(0, at) + piece + text.slice(at + removed);
      }
      if (plainYaml(text) !== undefined) read++;
      expect(disagreement(text)).toBeUndefined();
    }),
    { numRuns: 1_500 },
  );
  // Otherwise the test would compare nothing.
  expect(read).toBeGreaterThan(100);
});
