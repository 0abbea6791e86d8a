import { readManifests } from '../../../src/check/read/read';

// Each expectation is what kubectl 1.37 reads from the same text.

const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';
/** The data of a ConfigMap without problems. */
function data(yaml: string): unknown {
  const { manifests, problems } = readManifests(HEAD + yaml, 'a.yaml');
  expect([manifests.length, problems]).toEqual([1, []]);
  return manifests[0]!.object.data;
}
const names = (yaml: string) => readManifests(yaml, 'a.yaml').manifests.map(({ object }) => object.metadata.name);

describe('a value may be indented less than its key', () => {
  test.each([
    ['in double quotes', 'data:\n    a: "x\n  y"\n    b: z\n', { a: 'x y', b: 'z' }],
    ['in double quotes at the start of the line', 'data:\n    a: "x\ny"\n    b: z\n', { a: 'x y', b: 'z' }],
    ['with an escaped line break', 'data:\n    a: "x\\\n  y"\n', { a: 'xy' }],
    ['with an empty line', 'data:\n    a: "x\n\ny"\n', { a: 'x\ny' }],
    ['in single quotes', "data:\n    a: 'x\n  it''s'\n    b: z\n", { a: "x it's", b: 'z' }],
    ['in a list', "data:\n    a:\n      - 'x\n y'\n      - z\n", { a: ['x y', 'z'] }],
    ['in brackets', 'data:\n    a: [x,\n  w\n]\n    b: z\n', { a: ['x', 'w'], b: 'z' }],
    ['in braces', 'data:\n    a: { b: x,\nc: "y\n z" }\n    d: z\n', { a: { b: 'x', c: 'y z' }, d: 'z' }],
    ['in braces with tabs', 'data: {\n\ta: x\n}\n', { a: 'x' }],
    ['as a quoted key', 'data:\n    b: {"a":\n x}\n', { b: { a: 'x' } }],
  ])('%s', (_, yaml, expected) => {
    expect(data(yaml)).toEqual(expected);
  });

  test('but not without quotes', () => {
    expect(readManifests(`${HEAD}data:\n    a: x\n  y\n`, 'a.yaml').problems).not.toEqual([]);
  });

  test('and the lines of later fields do not change', () => {
    const yaml = `${HEAD}data:\n    a: "x\ny\n\nz"\n    b: [c,\nd]\n    e: f\n`;
    const [manifest] = readManifests(yaml, 'a.yaml').manifests;
    expect(manifest!.place(['data', 'e'])).toEqual({ file: 'a.yaml', line: 11, column: 8 });
  });

  test('but a document ends within quotes', () => {
    expect(readManifests(`${HEAD}data:\n    a: "x\n---\n${HEAD}`, 'a.yaml')).toMatchObject({
      manifests: [{ object: { kind: 'ConfigMap' } }],
      problems: [{ code: 'yaml-invalid' }],
    });
  });
});

describe('a comment needs no space', () => {
  test.each([
    ['after quotes', 'data:\n  a: "x"#y\n', { a: 'x' }],
    ['after a block header', 'data:\n  a: |# c\n    x\n', { a: 'x\n' }],
    ['after a comma', 'data: {a: b,#c\n c: d}\n', { a: 'b', c: 'd' }],
  ])('%s', (_, yaml, expected) => {
    expect(data(yaml)).toEqual(expected);
  });
});

test.each([
  ['!!binary aGk=', 'hi'],
  ['!!timestamp 2026-01-01', '2026-01-01'],
  ['!!str 5', '5'],
  ['!mine x', 'x'],
  ['685_230.15', 685230.15],
  ['0O17', 15],
  ['0X1f', 31],
  ['08', 8],
])('%s is %j', (text, expected) => {
  expect(data(`data: { a: ${text} }\n`)).toEqual({ a: expected });
});

describe('documents', () => {
  const named = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;

  test.each([
    ['with comments after the separator', `--- # one\n${named('a')}--- # two\n${named('b')}`],
    ['with spaces after the separator', `---  \n${named('a')}---\t\n${named('b')}`],
    ['with a byte order mark in each', `\ufeff${named('a')}---\n\ufeff${named('b')}`],
    [
      'of JSON without separators',
      '{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}\n{"apiVersion":"v1","kind":"A","metadata":{"name":"b"}}\n',
    ],
    [
      'of JSON in several lines',
      '{\n "apiVersion":"v1","kind":"A","metadata":{\n"name":"a"}\n}\n{\n "apiVersion":"v1","kind":"A","metadata":{"name":"b"}}',
    ],
    ['with Windows line endings', `${named('a')}---\n${named('b')}`.replaceAll('\n', '\r\n')],
  ])('%s', (_, yaml) => {
    expect([names(yaml), readManifests(yaml, 'a.yaml').problems]).toEqual([['a', 'b'], []]);
  });

  test('with the line endings of old Macs', () => {
    expect(names(named('a').replaceAll('\n', '\r'))).toEqual(['a']);
  });

  test('in JSON without separators have their own lines', () => {
    const json = (name: string) => `{ "apiVersion": "v1", "kind": "A",\n  "metadata": { "name": "${name}" } }\n`;
    const [, second] = readManifests(json('a') + json('b'), 'a.json').manifests;
    expect(second!.place(['metadata', 'name'])!.line).toBe(4);
  });

  test('share no anchors', () => {
    expect(readManifests(`x: &x { a: b }\n---\n${HEAD}data: *x\n`, 'a.yaml').problems).toMatchObject([
      { message: expect.stringContaining('Unresolved alias') },
    ]);
  });

  test.each([
    ['%YAML 1.2\n---\n', 'kubectl does not accept the directive %YAML.', 1],
    ['# c\n%TAG ! tag:x,2002:\n---\n', 'kubectl does not accept the directive %TAG.', 2],
  ])('%j is no valid start', (start, message, line) => {
    const { manifests, problems } = readManifests(start + HEAD, 'a.yaml');
    expect([manifests.length, problems]).toMatchObject([1, [{ code: 'yaml-invalid', message, place: { line } }]]);
  });

  test('may not start on the line of the separator', () => {
    const yaml = `${HEAD}--- { apiVersion: v1, kind: ConfigMap, metadata: { name: b } }\n`;
    expect(readManifests(yaml, 'a.yaml').problems).toMatchObject([{ place: { line: 4, column: 5 } }]);
    expect(readManifests('--- { a: b }\n', 'a.yaml').problems).toEqual([]);
  });
});
