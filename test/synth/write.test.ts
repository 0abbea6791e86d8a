import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallsignError, type Problem } from '../../src/problems/problem';
import { writeFiles, type Written } from '../../src/synth/write';
import { MARK } from '../../src/synth/yaml';
import { asNobody } from './as-nobody';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'callsign-write-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const ours = (what: string) => `${MARK}\n---\nkind: ${what}\n`;
const write = (files: Record<string, string>): Written => writeFiles(folder, new Map(Object.entries(files)));
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** All files in the folder, including hidden files. */
function content(): Record<string, string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(files.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function problemsOf(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof CallsignError) return error.problems;
    throw error;
  }
  return [];
}

test('creates the folder and its parents, and writes every file', () => {
  const deep = join(folder, 'a/b');
  expect(
    writeFiles(
      deep,
      new Map([
        ['shop.yaml', ours('Shop')],
        ['blog.yaml', ours('Blog')],
      ]),
    ),
  ).toEqual({ written: ['shop.yaml', 'blog.yaml'], unchanged: [], removed: [] });
  expect(readdirSync(deep)).toEqual(['blog.yaml', 'shop.yaml']);
  expect(readFileSync(join(deep, 'shop.yaml'), 'utf8')).toBe(ours('Shop'));
});

test('does not touch a file with the same content', () => {
  write({ 'shop.yaml': ours('Shop'), 'blog.yaml': ours('Blog') });
  const before = new Date('2020-01-01');
  for (const name of ['shop.yaml', 'blog.yaml']) utimesSync(join(folder, name), before, before);

  expect(write({ 'shop.yaml': ours('Shop'), 'blog.yaml': ours('Changed') })).toEqual({
    written: ['blog.yaml'],
    unchanged: ['shop.yaml'],
    removed: [],
  });
  expect(statSync(join(folder, 'shop.yaml')).mtime).toEqual(before);
  expect(statSync(join(folder, 'blog.yaml')).mtime).not.toEqual(before);
  expect(content()['blog.yaml']).toBe(ours('Changed'));
});

test('removes files of an earlier run that are no longer produced', () => {
  write({ 'shop.yaml': ours('Shop'), 'blog.yaml': ours('Blog') });
  expect(write({ 'blog.yaml': ours('Blog') })).toEqual({
    written: [],
    unchanged: ['blog.yaml'],
    removed: ['shop.yaml'],
  });
  expect(content()).toEqual({ 'blog.yaml': ours('Blog') });
});

test('keeps files, folders and links of other people', () => {
  const theirs = {
    'theirs.yaml': 'kind: Theirs\n',
    'README.md': '# Read me\n',
    '.gitkeep': '',
    'quotes.yaml': `# not the first line\n${MARK}\n`,
  };
  for (const [name, text] of Object.entries(theirs)) put(name, text);
  mkdirSync(join(folder, 'overlays'));
  writeFileSync(join(folder, 'overlays', 'prod.yaml'), ours('Copied'));
  symlinkSync(join('overlays', 'prod.yaml'), join(folder, 'link.yaml'));

  expect(write({ 'shop.yaml': ours('Shop') })).toEqual({ written: ['shop.yaml'], unchanged: [], removed: [] });
  expect(content()).toEqual({ ...theirs, 'shop.yaml': ours('Shop') });
  expect(readFileSync(join(folder, 'link.yaml'), 'utf8')).toBe(ours('Copied'));
});

test.each<[string, () => void]>([
  ['a file of somebody else', () => put('shop.yaml', 'kind: Theirs\n')],
  ['an empty file', () => put('shop.yaml', '')],
  ['a folder', () => mkdirSync(join(folder, 'shop.yaml'))],
  ['a link', () => symlinkSync('../elsewhere.yaml', join(folder, 'shop.yaml'))],
])('writes nothing if %s has the same name', (_, inTheWay) => {
  inTheWay();
  put('stale.yaml', ours('Stale'));
  const before = [content(), readdirSync(folder)];

  expect(problemsOf(() => write({ 'blog.yaml': ours('Blog'), 'shop.yaml': ours('Shop') }))).toEqual([
    {
      code: 'file-taken',
      place: { file: join(folder, 'shop.yaml'), line: 1 },
      message: 'shop.yaml was not written by callsign, so callsign does not overwrite it.',
      expected: `the first line: ${MARK}`,
      fix: 'Move the file, or change the id of the chart.',
    },
  ]);
  expect([content(), readdirSync(folder)]).toEqual(before);
});

test('reports all foreign files with the same names', () => {
  put('shop.yaml', 'kind: Theirs\n');
  put('blog.yaml', 'kind: Theirs\n');
  const problems = problemsOf(() =>
    write({ 'blog.yaml': ours('Blog'), 'shop.yaml': ours('Shop'), 'free.yaml': ours('Free') }),
  );
  expect(problems.map(({ place }) => place?.file)).toEqual([join(folder, 'blog.yaml'), join(folder, 'shop.yaml')]);
});

test('changes nothing if a file cannot be written', () => {
  write({ 'shop.yaml': ours('Shop'), 'stale.yaml': ours('Stale') });
  const before = content();
  // No file system accepts a name of 300 letters. The first two files are complete by then.
  const files = { 'new.yaml': ours('New'), 'shop.yaml': ours('Changed'), [`${'x'.repeat(300)}.yaml`]: ours('X') };
  expect(() => write(files)).toThrow(/ENAMETOOLONG/);
  expect(content()).toEqual(before);
});

test('changes nothing in a folder without write permission', () => {
  write({ 'shop.yaml': ours('Shop'), 'stale.yaml': ours('Stale') });
  const before = content();
  chmodSync(folder, 0o555);
  try {
    expect(() => asNobody(() => write({ 'shop.yaml': ours('Changed') }))).toThrow(/EACCES/);
  } finally {
    chmodSync(folder, 0o755);
  }
  expect(content()).toEqual(before);
});

test('removes the temporary files of a killed run', () => {
  put('.shop.yaml.4711.new', ours('Half'));
  expect(write({ 'shop.yaml': ours('Shop') })).toMatchObject({
    written: ['shop.yaml'],
    removed: ['.shop.yaml.4711.new'],
  });
  expect(content()).toEqual({ 'shop.yaml': ours('Shop') });
});

test('recognizes its own file with other line endings', () => {
  put('shop.yaml', ours('Shop').replaceAll('\n', '\r\n'));
  expect(write({ 'shop.yaml': ours('Shop') }).written).toEqual(['shop.yaml']);
  expect(content()).toEqual({ 'shop.yaml': ours('Shop') });
});

test('removes all its files if there are no charts', () => {
  write({ 'shop.yaml': ours('Shop') });
  expect(write({})).toEqual({ written: [], unchanged: [], removed: ['shop.yaml'] });
  expect(existsSync(join(folder, 'shop.yaml'))).toBe(false);
});
