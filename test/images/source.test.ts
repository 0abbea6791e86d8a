import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { readInstructions } from '../../src/images/source/instructions';
import { imageFiles, sourceHash } from '../../src/images/source/source-hash';

let folder: string;
const put = (path: string, text = path) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const FILES = ['a.js', 'b.js', 'c d.js', 'src/x.ts', 'src/deep/y.ts', 'src/notes.md', 'lib/z.ts', 'EOF', 'Dockerfile'];
const DOCKERFILE = 'docker/app.Dockerfile';
const hash = () => sourceHash(folder, join(folder, DOCKERFILE))!;
const unclear = () => imageFiles(folder, join(folder, DOCKERFILE)).unclear;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callsign-source-'));
  FILES.forEach((path) => put(path));
});
afterEach(() => rmSync(folder, { recursive: true }));

let n = 0;
/** The files that change the hash when they change. */
function changing(paths: readonly string[] = FILES): string[] {
  return paths.filter((path) => {
    const before = hash();
    put(path, `${path}, change ${n++}`);
    return hash() !== before;
  });
}

const SRC = ['src/x.ts', 'src/deep/y.ts', 'src/notes.md'];

test.each<[string, string, string[]]>([
  ['the JSON form', 'COPY ["a.js", "./"]', ['a.js']],
  ['blanks in the JSON form', 'COPY ["c d.js", \\\n  "./"]', ['c d.js']],
  ['a quoted word', 'COPY "a.js" ./', ['a.js']],
  ['a character class', 'COPY [ab].js ./', ['a.js', 'b.js']],
  ['a negated character class', 'COPY [^a].js ./', ['b.js']],
  ['a range of characters', 'COPY [b-z].js ./', ['b.js']],
  ['a question mark', 'COPY ?.js ./', ['a.js', 'b.js']],
  ['an escaped star', 'COPY \\\\*.js ./', []],
  ['a pattern for folders', 'COPY s* ./', SRC],
  ['a pattern in a folder', 'COPY src/*.ts ./', ['src/x.ts']],
  ['a pattern across folders', 'COPY --parents src/**/*.ts ./', ['src/x.ts', 'src/deep/y.ts']],
  ['a pivot of --parents', 'COPY --parents ./src/./deep ./', ['src/deep/y.ts']],
  ['--exclude', 'COPY --exclude=**/*.md src ./', ['src/x.ts', 'src/deep/y.ts']],
  ['a slash at the end', 'COPY src/ ./', SRC],
  ['a slash at the beginning', 'COPY /a.js ./', ['a.js']],
  ['a path above the context', 'COPY ../src/../a.js ./', ['a.js']],
  ['lower case', 'copy a.js ./', ['a.js']],
  ['a here-document of COPY', 'COPY <<EOF /x\nCOPY b.js ./\nEOF\nCOPY a.js ./', ['a.js']],
  ['a file next to a here-document', 'COPY a.js <<"EOF" /x/\nCOPY b.js ./\nEOF', ['a.js']],
  ['a here-document of RUN', 'RUN <<-EOF cat\n\tCOPY b.js ./\n\tEOF\nCOPY a.js ./', ['a.js']],
  ['a here-document with a number', 'RUN cat 3<<EOF\nCOPY b.js ./\nEOF\nCOPY a.js ./', ['a.js']],
  ['two here-documents', 'RUN <<A <<B\nB\nA\nCOPY b.js ./\nB\nCOPY a.js ./', ['a.js']],
  ['text that only looks like a here-document', 'RUN echo "<<EOF" $((1<<2))\nCOPY a.js ./', ['a.js']],
  ['an argument', 'ARG DIR=src\nCOPY ${DIR} .', SRC],
  ['an argument of an argument', 'ARG A=s B=${A}rc\nCOPY $B .', SRC],
  ['an argument that changes', 'ARG DIR=src\nCOPY $DIR .\nARG DIR=lib', SRC],
  ['a default for an empty argument', 'ARG DIR=\nCOPY ${DIR:-lib} .', ['lib/z.ts']],
  ['an alternative for an argument', 'ARG DIR=src\nCOPY ${DIR:+lib} .', ['lib/z.ts']],
  ['a variable in the JSON form', 'ENV DIR=lib\nCOPY ["$DIR", "."]', ['lib/z.ts']],
  ['a variable in single quotes', "ENV DIR=lib\nCOPY '$DIR' .", []],
  ['ENV', 'ENV DIR="src" OTHER=x\nCOPY $DIR .', SRC],
  ['ENV in the old form', 'ENV DIR lib\nCOPY $DIR .', ['lib/z.ts']],
  ['ENV after ARG', 'ARG DIR=src\nENV DIR=lib\nCOPY $DIR .', ['lib/z.ts']],
  ['variables of the base stage', 'ARG DIR=src\nFROM node AS one\nENV D=lib\nFROM one\nCOPY $D .', ['lib/z.ts']],
  ['a bind mount', 'RUN --mount=type=bind,source=src,target=/x make', SRC],
  ['a bind mount without a type', 'RUN --mount=src=a.js,target=/x make', ['a.js']],
  [
    'mounts on several lines',
    'RUN --mount=type=bind,source=a.js,target=/a \\\n  # a comment\n\n  --mount=type=cache,target=/c \\\n  --mount=type=secret,id=x --network=none make',
    ['a.js'],
  ],
  ['a mount from another stage', 'RUN --mount=type=bind,from=build,source=src,target=/x make', []],
  ['a bind mount with an argument', 'ARG DIR=lib\nRUN --mount=type=bind,source=$DIR,target=/x make', ['lib/z.ts']],
  ['a bind mount of everything', 'RUN --mount=target=/x make', FILES],
  ['ADD', 'ADD a.js ./', ['a.js']],
  ['ADD of remote files', 'ADD https://example.com/b.js git@example.com:a/b.git a.js ./', ['a.js']],
  ['COPY from a stage', 'COPY --from=build src lib ./', []],
  ['COPY from an image', 'COPY --chown=1 --from=nginx:1 /src ./', []],
  ['COPY with other flags', 'COPY --link --chmod=755 --chown="1:1" a.js ./', ['a.js']],
  ['ONBUILD', 'ONBUILD COPY a.js ./', ['a.js']],
  ['ONBUILD with a mount', 'ONBUILD RUN --mount=type=bind,source=b.js,target=/x make', ['b.js']],
  ['a word on two lines', 'COPY a.\\\njs ./', ['a.js']],
  ['blanks after a continuation', 'COPY \\  \n a.js ./', ['a.js']],
  ['two escapes at the end of a line', 'RUN echo \\\\\nCOPY a.js ./', ['a.js']],
  ['comments and indentation', '  # COPY b.js ./\n\tCOPY a.js ./', ['a.js']],
  ['a missing file', 'COPY nothing.js ./', []],
  ['instructions without files', 'LABEL a=b\nEXPOSE 80\nUSER 1\nVOLUME /x\nSHELL ["sh"]\nSTOPSIGNAL SIGTERM', []],
])('%s', (_what, lines, expected) => {
  put(DOCKERFILE, `FROM node:24-slim\nWORKDIR /app\n${lines}\n`);
  expect(unclear()).toEqual([]);
  expect(changing()).toEqual(FILES.filter((path) => expected.includes(path)));
});

test('an argument before FROM is available in a stage that declares it', () => {
  put(DOCKERFILE, 'ARG DIR=src\nFROM node\nARG DIR\nCOPY $DIR .\n');
  expect([unclear(), changing()]).toEqual([[], SRC]);
  put(DOCKERFILE, 'ARG DIR=src\nFROM node\nCOPY $DIR .\n');
  expect(unclear()).toEqual([{ line: 3, why: 'the value of $DIR is not known' }]);
});

test('with the escape directive, a backslash is a plain character and a backtick continues a line', () => {
  put(DOCKERFILE, '# syntax=docker/dockerfile:1\n# escape=`\nFROM node\nCOPY a.js `\n  b.js ./\n');
  expect([unclear(), changing()]).toEqual([[], ['a.js', 'b.js']]);
  // After another comment it is only a comment.
  put(DOCKERFILE, '# hello\n# escape=`\nFROM node\nRUN x `\nCOPY a.js ./\n');
  expect([unclear(), changing()]).toEqual([[], ['a.js']]);
});

test.each<[string, string, string]>([
  ['an argument without a default', 'ARG DIR\nCOPY $DIR .', 'the value of $DIR is not known'],
  [
    'an argument that the builder sets',
    'ARG TARGETARCH=x\nCOPY $TARGETARCH .',
    'the value of $TARGETARCH is not known',
  ],
  ['a variable of the base image', 'COPY ${HOME}/x .', 'the value of ${HOME}/x is not known'],
  ['an expansion that changes a variable', 'ARG DIR=src\nCOPY ${DIR#s} .', 'the value of ${DIR#s} is not known'],
  ['a quote without an end', 'COPY "a.js .', 'the value of "a.js is not known'],
  ['a source stage in a variable', 'COPY --from=$X a b', '--from=$X depends on a variable'],
  [
    'a mount with an unknown variable',
    'RUN --mount=source=$X,target=/x y',
    '--mount=source=$X,target=/x is not understood',
  ],
  ['a mount of an unknown type', 'RUN --mount=type=new,target=/x y', '--mount=type=new,target=/x is not understood'],
  ['a mount from a variable', 'RUN --mount=from=$X,target=/x y', '--mount=from=$X,target=/x is not understood'],
  ['ONBUILD with a variable', 'ONBUILD COPY $X .', 'ONBUILD with a variable depends on a later stage'],
  ['an unknown instruction', 'INCLUDE other', 'INCLUDE is not a known instruction'],
  ['an invalid pattern', 'COPY [b-a].js ./', 'the pattern [b-a].js is not valid'],
  ['a here-document without an end', 'RUN <<EOF\nCOPY a.js .', 'a here-document has no end'],
  ['ENV with a quote without an end', 'ENV A="x', 'a quote has no end'],
  ['ARG with a quote without an end', "ARG A='x", 'a quote has no end'],
])('%s leads to a hash of the whole context', (_what, lines, why) => {
  put('.dockerignore', 'lib\n');
  put(DOCKERFILE, `FROM node:24-slim\nUSER 1\n${lines}\n`);
  expect(unclear()).toEqual([{ line: lines.startsWith('ARG') && lines.includes('\n') ? 4 : 3, why }]);
  // Ignored files are not in the context.
  expect(changing()).toEqual(FILES.filter((path) => path !== 'lib/z.ts'));
});

test('a third-party syntax leads to a hash of the whole context', () => {
  put(DOCKERFILE, '# syntax=example.com/other:1\nFROM node\n');
  expect(unclear()).toEqual([{ line: 1, why: 'the syntax of example.com/other:1 is not known' }]);
  expect(changing()).toEqual(FILES);
});

test('the ignore file that is named after the Dockerfile takes precedence', () => {
  put('.dockerignore', 'a.js\n');
  put(DOCKERFILE, 'FROM node\nCOPY *.js ./\n');
  expect(changing()).toEqual(['b.js', 'c d.js']);
  put(`${DOCKERFILE}.dockerignore`, 'b.js\n');
  expect(changing()).toEqual(['a.js', 'c d.js']);
});

test.each<[string, string, string[]]>([
  ['an ignored folder with a file that is included again', 'src\n!src/x.ts', ['src/x.ts']],
  ['an ignored folder with a pattern that is included again', 'src\n!**/*.ts', ['src/x.ts', 'src/deep/y.ts']],
  ['a character class', 'src/[n]*', ['src/x.ts', 'src/deep/y.ts']],
  ['the case of letters', 'SRC', SRC],
  ['a slash at both ends', '/src/deep/', ['src/x.ts', 'src/notes.md']],
  ['a comment and blank lines', '# src\n\n  src/deep  ', ['src/x.ts', 'src/notes.md']],
])('an ignore file with %s', (_what, lines, expected) => {
  put('.dockerignore', lines);
  put(DOCKERFILE, 'FROM node\nCOPY src ./\n');
  expect(changing()).toEqual(FILES.filter((path) => expected.includes(path)));
});

test('brackets and a plus sign in an ignore file have no special meaning', () => {
  put('.dockerignore', 'src/(a)\nsrc/b+\n');
  put(DOCKERFILE, 'FROM node\nCOPY src ./\n');
  expect(changing(['src/(a)', 'src/a', 'src/b+', 'src/bb'])).toEqual(['src/a', 'src/bb']);
});

test('the executable bit of a file changes the hash, and other permissions do not', () => {
  put(DOCKERFILE, 'FROM node\nCOPY a.js ./\n');
  const before = hash();
  chmodSync(join(folder, 'a.js'), 0o600);
  expect(hash()).toBe(before);
  chmodSync(join(folder, 'b.js'), 0o755);
  expect(hash()).toBe(before);
  chmodSync(join(folder, 'a.js'), 0o755);
  expect(hash()).not.toBe(before);
});

test('a link in a folder is hashed by its target path, and a link that COPY names also by the content of its target', () => {
  symlinkSync('../lib', join(folder, 'src/link'));
  symlinkSync('..', join(folder, 'src/circle'));
  put(DOCKERFILE, 'FROM node\nCOPY src ./\n');
  expect(changing()).toEqual(SRC);
  const before = hash();
  rmSync(join(folder, 'src/link'));
  symlinkSync('../a.js', join(folder, 'src/link'));
  expect(hash()).not.toBe(before);
  for (const line of ['COPY src/link ./', 'COPY src/l* ./']) {
    put(DOCKERFILE, `FROM node\n${line}\n`);
    expect([unclear(), changing()]).toEqual([[], ['a.js']]);
  }
});

test('a link that leads out of the context leads to a hash of the whole context', () => {
  symlinkSync(tmpdir(), join(folder, 'out'));
  put(DOCKERFILE, 'FROM node\nCOPY out ./\n');
  expect(unclear()).toEqual([{ line: 2, why: 'the link out leads out of the build context' }]);
  expect(changing()).toEqual(FILES);
});

// BuildKit and the library differ in quoted flags, in 3<<EOF and in \\ at the end of a line: these are tested above.
test.each([
  'FROM a AS b\nCOPY --from=x --chown=1 a \\\n # comment\n\n b/\nRUN --mount=type=cache,target=/x \\\n  --network=none make\n',
  'FROM a\r\nCOPY a \\\r\n b\r\nRUN <<EOF\r\nCOPY q w\r\nEOF\r\nCOPY c d\r\n',
  '# escape=`\nFROM a\nCOPY a\\b `\n c d\n',
  'FROM a\nCOPY <<\'E\' <<"F" /x/\nCOPY q w\nE\nCOPY q w\nF\nCOPY a b\n',
  'FROM a\nRUN <<-EOF\n\techo\n\tEOF\nONBUILD COPY <<EOF /x\nCOPY q w\nEOF\nCOPY a b',
  'FROM a\nRUN echo "<<EOF" $((1<<2)) <<<word\n  \tcopy a b\n  # comment\nCO\\\nPY c d',
  '\uFEFFFROM a\nCMD [ "a b", \\\n "c" ]\nCOPY a#b c\nCOPY sr\\\nc d\\  \n',
])('splits a Dockerfile in the same way as dockerfile-ast: %j', (text) => {
  const blanks = (rest: string | null) => (rest ?? '').split(/\r?\n/)[0]!.replace(/\s+/g, ' ');
  const theirs = DockerfileParser.parse(text).getInstructions();
  expect(
    readInstructions(text).instructions.map(({ line, keyword, flags, rest }) => [
      line,
      keyword,
      blanks([...flags.map(({ name, value }) => `--${name}=${value}`), rest].join(' ')),
    ]),
  ).toEqual(
    theirs.map((instruction) => {
      const flags = 'getFlags' in instruction ? (instruction.getFlags as () => object[])() : [];
      return [
        instruction.getRange().start.line + 1,
        instruction.getKeyword(),
        blanks([...flags.map(String), instruction.getArgumentsContent()].join(' ')),
      ];
    }),
  );
});
