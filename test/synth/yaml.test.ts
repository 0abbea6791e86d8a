import * as fc from 'fast-check';
import { loadAll, YAML11_SCHEMA } from 'js-yaml';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/k8s/objects';
import { show } from '../../src/basics/text';
import { MARK, renderFile, toYaml } from '../../src/synth/yaml';
import { write } from '../../src/synth/yaml-library';
import { NASTY } from './nasty';

const read = (version: '1.1' | '1.2') => (text: string) =>
  parseAllDocuments(text, { version }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as unknown;
  });

/** Two parsers, each with YAML 1.1, which Kubernetes uses, and YAML 1.2. */
const READERS: Record<string, (text: string) => unknown[]> = {
  'yaml 1.1': read('1.1'),
  'yaml 1.2': read('1.2'),
  'js-yaml 1.1': (text) => loadAll(text, { schema: YAML11_SCHEMA }),
  'js-yaml 1.2': (text) => loadAll(text),
};

/** The documents that each parser reads in a file with only this value, as JSON: JSON distinguishes 1 and "1". */
function readings(value: unknown): Record<string, string> {
  const text = `${MARK}\n---\n${toYaml(value)}`;
  return Object.fromEntries(Object.entries(READERS).map(([name, parse]) => [name, JSON.stringify(parse(text))]));
}

/** The expected readings: one document with this value. */
function same(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.keys(READERS).map((name) => [name, JSON.stringify([value])]));
}

test.each(NASTY.map((text) => [show(text), text] as const))(
  '%s is read as the same text: as a value, as a key, in a list, deeply nested',
  (_, text) => {
    for (const value of [
      { before: 'a', text, after: 'b' },
      { [text]: 'a' },
      [text, [text]],
      { a: [{ [text]: { b: text } }] },
    ]) {
      expect(readings(value)).toEqual(same(value));
    }
  },
);

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'\n \t\r:#-?|>\'"\\a0&*!%@`{}[],\u0085\u2028\ufeff') }),
);

test('any text is read as the same text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const value = { text, [text]: [text] };
      expect(readings(value)).toEqual(same(value));
    }),
    { numRuns: 300 },
  );
});

test('any JSON is read as the same JSON', () => {
  const json = fc.object({
    key: anyText,
    values: [anyText, fc.boolean(), fc.constant(null), fc.maxSafeInteger(), fc.constant([]), fc.constant({})],
    maxDepth: 4,
  });
  fc.assert(
    fc.property(json, (value) => {
      expect(readings(value)).toEqual(same(value));
    }),
    { numRuns: 200 },
  );
});

test('values written without the library are equal to those of the library', () => {
  const words = fc.stringMatching(/^[a-zA-Z0-9/:._-]{1,12}$/);
  const known = fc.constantFrom(
    'yes',
    'No',
    'ON',
    'y',
    'null',
    'Null',
    'true',
    'FALSE',
    '100m',
    '0m',
    '64Mi',
    '8080',
    '0777',
    '1e3',
    '0x1F',
    '1:30',
    'e0',
    'E12',
    'e1x',
    'a:b',
    'a:',
    'http://web',
    '.inf',
    '-',
    '/',
    'a/b',
    '=',
    '~',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        words,
        known,
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.double().filter((number) => !Object.is(number, -0)),
      ),
      (value) => {
        expect(toYaml({ a: value })).toBe(write({ a: value }));
        if (typeof value === 'string') expect(toYaml({ [value]: 1 })).toBe(write({ [value]: 1 }));
      },
    ),
    { numRuns: 500 },
  );
});

test.each(['\x7f', '\x85', '\x9f', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff'])(
  '%j is escaped: the parser of Kubernetes would break the line there, or reject it',
  (character) => {
    for (const text of [character, `a${character}b`, `a\n${character}b\n`, `\\${character}`]) {
      const yaml = toYaml({ [text]: text });
      expect(yaml).toMatch(/^"[\x20-\x7e]+": "[\x20-\x7e]+"\n$/);
      expect(yaml).toContain(`\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
    }
  },
);

test.each(['\n\ta', ' a\nb', '\n', '\n a\nb', `\n${'a line\n'.repeat(9)}`])(
  '%j is quoted: parsers disagree about its indentation',
  (text) => {
    expect(toYaml({ text })).toBe(`text: ${JSON.stringify(text)}\n`);
  },
);

test('a script is a block, and no line is folded', () => {
  const long = 'word '.repeat(50).trim();
  expect(toYaml({ script: 'set -e\n\nif true; then\n\techo "ok" \nfi\n', long })).toBe(
    `script: |\n  set -e\n\n  if true; then\n  \techo "ok" \n  fi\nlong: ${long}\n`,
  );
});

test('values of other types are not quoted', () => {
  expect(toYaml({ a: true, b: 3, c: null, d: [], e: {}, f: 'plain' })).toBe(
    'a: true\nb: 3\nc: null\nd: []\ne: {}\nf: plain\n',
  );
});

test('-0 is written as 0', () => {
  expect(toYaml([-0, 0])).toBe('- 0\n- 0\n');
});

test('a value in two places is written twice, not as an alias', () => {
  const labels = { app: 'web' };
  expect(toYaml({ a: labels, b: labels })).toBe('a:\n  app: web\nb:\n  app: web\n');
});

test('a file starts with the mark and contains one document per object, with any text in it', () => {
  const objects = NASTY.map((text, i): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `n${i}` },
    data: { text },
  }));
  const text = renderFile({
    name: 'shop.k8s.yaml',
    manifests: objects.map((object) => ({ object, place: () => undefined })),
  });
  expect(text.startsWith(`${MARK}\n---\n`)).toBe(true);
  expect(loadAll(text)).toEqual(objects);
  expect(read('1.1')(text)).toEqual(objects);
});
