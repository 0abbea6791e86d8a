import { readManifests } from '../../../src/check/read/read';
import { lineOf } from '../problems-in';

const map = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const read = (text: string) => readManifests(text, 'shop.yaml');
const names = (text: string) => read(text).manifests.map(({ object }) => object.metadata.name);
/** The problems of a text without readable objects. */
function problems(text: string) {
  expect(read(text).manifests).toEqual([]);
  return read(text).problems;
}

describe('objects are read', () => {
  test('from several documents, each with its position', () => {
    const text = `# a comment\n---\n${map('one', 'data: { a: x }\n')}---\n${map('two', 'data:\n  b: z\n')}...\n`;
    const { manifests, problems: wrong, passedOver } = read(text);
    expect([manifests.length, wrong, passedOver]).toEqual([2, [], 0]);
    expect(manifests[1]!.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'two' },
      data: { b: 'z' },
    });
    expect(manifests[0]!.place(['data', 'a'])).toEqual({ file: 'shop.yaml', line: lineOf(text, 'a: x'), column: 12 });
    expect(manifests[1]!.place(['data', 'b'])).toEqual({ file: 'shop.yaml', line: lineOf(text, 'b: z'), column: 6 });
    expect(manifests.map(({ path }) => path)).toEqual([undefined, undefined]);
  });

  test('from a List, and from Lists in it', () => {
    const text =
      'apiVersion: v1\nkind: List\nmetadata: { resourceVersion: "" }\nitems:\n  - { apiVersion: v1, kind: A, metadata: { name: one } }\n  - apiVersion: v1\n    kind: PodList\n    items:\n      - { apiVersion: v1, kind: Pod, metadata: { name: two }, spec: { x: 1 } }\n';
    expect(names(text)).toEqual(['one', 'two']);
    expect(read(text).manifests[1]!.place(['spec', 'x'])).toMatchObject({ line: lineOf(text, 'two') });
  });

  test.each(['[]', 'null'])('from an empty List: %s', (items) => {
    expect(read(`apiVersion: v1\nkind: List\nmetadata: {}\nitems: ${items}\n`)).toEqual({
      manifests: [],
      problems: [],
      passedOver: 0,
    });
  });

  test('of a kind whose name only ends with List', () => {
    expect(names('apiVersion: example.com/v1\nkind: AllowList\nmetadata: { name: a }\nspec: {}\n')).toEqual(['a']);
  });

  test.each(['  ', '\t', ''])('from JSON indented by %j', (space) => {
    const text = JSON.stringify(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: 'x' } },
      undefined,
      space,
    );
    expect(names(text)).toEqual(['one']);
    expect(read(text).manifests[0]!.place(['data', 'a'])!.line).toBe(space ? lineOf(text, '"a"') : 1);
  });

  test('with Windows line endings and a byte order mark', () => {
    const text = `\ufeff${map('one', 'data:\n  a: x\n')}---\n${map('two')}`.replaceAll('\n', '\r\n');
    expect(names(text)).toEqual(['one', 'two']);
    expect(read(text).manifests[0]!.place(['data', 'a'])).toEqual({ file: 'shop.yaml', line: 6, column: 6 });
  });

  test('with anchors, aliases and merged maps', () => {
    const text = map('one', 'common: &common { a: x, b: w }\ndata: { <<: *common, b: z }\nsame: *common\n');
    expect(read(text).manifests[0]!.object).toMatchObject({ data: { a: 'x', b: 'z' }, same: { a: 'x', b: 'w' } });
  });

  test('with a generated name', () => {
    expect(names('apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: once- }\n')).toEqual(['once-']);
  });

  test('with nulls in their metadata', () => {
    const [manifest] = read(
      'apiVersion: v1\nkind: A\nmetadata: { name: a, namespace: null, labels: null, annotations: null }\n',
    ).manifests;
    expect(manifest!.object.metadata).toEqual({ name: 'a' });
    expect(
      read('apiVersion: v1\nkind: A\nmetadata: { name: a, namespace: "" }\n').manifests[0]!.object.metadata.namespace,
    ).toBeUndefined();
  });
});

describe('the position', () => {
  const text = map('one', 'spec:\n  ports:\n    - name: http\n      port: 80\n    - port: 81\n  "odd key": x\n');
  const lineAt = (...field: (string | number)[]) => read(text).manifests[0]!.place(field)!.line;

  test('of a value is the value', () => {
    expect(lineAt('spec', 'ports', 0, 'port')).toBe(lineOf(text, 'port: 80'));
    expect(lineAt('spec', 'ports', 1, 'port')).toBe(lineOf(text, 'port: 81'));
    expect(lineAt('spec', 'odd key')).toBe(lineOf(text, 'odd key'));
  });

  test('of a map or list is its key, or its first line in a list', () => {
    expect(lineAt('spec')).toBe(lineOf(text, 'spec:'));
    expect(lineAt('spec', 'ports')).toBe(lineOf(text, 'ports:'));
    expect(lineAt('spec', 'ports', 1)).toBe(lineOf(text, 'port: 81'));
  });

  test('of a missing value is its nearest parent', () => {
    expect(lineAt('spec', 'ports', 0, 'targetPort')).toBe(lineOf(text, 'name: http'));
    expect(lineAt('spec', 'selector', 'app')).toBe(lineOf(text, 'spec:'));
    expect(lineAt('status')).toBe(1);
  });
});

describe('a document that is not a Kubernetes object is ignored', () => {
  test.each([
    ['', 0],
    ['\n\n', 0],
    ['# only a comment\n', 0],
    ['---\n---\n...\n', 0],
    ['null', 0],
    ['hello', 1],
    ['5', 1],
    ['- a\n- b\n', 1],
    ['name: a\n', 1],
    ['services: { web: { image: a } }\n', 1],
    ['resources: [a.yaml]\n', 1],
    ['apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n', 1],
    ['apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n', 1],
    [`a: b\n---\n${map('one')}---\nc: d\n`, 2],
  ])('%j', (text, passedOver) => {
    expect(read(text)).toMatchObject({ problems: [], passedOver });
  });

  test('in a List', () => {
    expect(read('apiVersion: v1\nkind: List\nitems: [null, 5, { a: b }]\n')).toEqual({
      manifests: [],
      problems: [],
      passedOver: 3,
    });
  });
});

describe('a problem has a line and a column', () => {
  test.each([
    ['a tab', 'apiVersion: v1\nmetadata:\n\tname: a\n', 'Tabs are not allowed as indentation', 3, 1],
    [
      'an unclosed bracket',
      `${map('one')}data: [\n---\n${map('two')}`.replace(/---[^]*/, ''),
      'Flow sequence in block collection must be sufficiently indented and end with a ]',
      6,
      1,
    ],
    [
      'an undefined alias',
      map('one', 'data: { a: &a x, b: *a, c: *c }\n'),
      'Unresolved alias (the anchor must be set before the alias): c',
      5,
      28,
    ],
  ])('%s', (_, text, message, line, column) => {
    expect(problems(text)[0]).toEqual({
      code: 'yaml-invalid',
      message,
      place: { file: 'shop.yaml', line, column },
      fix: expect.stringMatching(/\.$|-\.$/),
    });
  });

  test.each([
    ['no kind', 'apiVersion: v1\nmetadata: { name: a }\n', 'A Kubernetes object requires an apiVersion and a kind.', 1],
    [
      'no apiVersion',
      '# first\nkind: A\nmetadata: { name: a }\n',
      'A Kubernetes object requires an apiVersion and a kind.',
      2,
    ],
    [
      'a kind that is a list',
      'apiVersion: v1\nkind: [A]\n',
      'A Kubernetes object requires an apiVersion and a kind.',
      1,
    ],
    ['no metadata', 'apiVersion: v1\nkind: Pod\nspec: {}\n', 'The Pod has no name.', 1],
    ['no name', 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}\n', 'The Pod has no name.', 3],
    ['metadata that is null', 'apiVersion: v1\nkind: Pod\nmetadata: null\n', 'The Pod has no name.', 3],
    [
      'an item without a name',
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Pod\n    metadata: {}\n',
      'The Pod has no name.',
      6,
    ],
    [
      'a name that is a number',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: 123\n',
      'The name of the Pod is not a string.',
      4,
    ],
    [
      'a List whose items are a map',
      'apiVersion: v1\nkind: PodList\nitems: {}\n',
      'The PodList has no list of items.',
      1,
    ],
  ])('%s', (_, text, message, line) => {
    expect(problems(text)).toMatchObject([{ code: 'yaml-invalid', message, place: { file: 'shop.yaml', line } }]);
  });

  test('a duplicate key, and the last value is read, as kubectl does', () => {
    const { manifests, problems: wrong } = read(map('one', 'data: { a: x, a: z }\nkind: Secret\n'));
    expect(manifests[0]!.object).toMatchObject({ kind: 'Secret', data: { a: 'z' } });
    expect(wrong.map(({ message, place }) => [message, place!.line])).toEqual([
      ['The key "a" appears twice in one map.', 5],
      ['The key "kind" appears twice in one map.', 6],
    ]);
  });

  test('in every document, and the valid documents are read', () => {
    const { manifests, problems: wrong } = read(`a: [\n---\n${map('one')}---\nb: {\n---\nkind: B\n`);
    expect(manifests.map(({ object }) => object.metadata.name)).toEqual(['one']);
    expect(wrong.map(({ place }) => place!.line)).toEqual([2, 9, 10]);
  });
});

describe('malicious input is harmless', () => {
  const letters = [...'abcdefghijkl'];

  test('aliases that expand to a billion values', () => {
    const bomb = letters
      .map(
        (letter, i) =>
          `${letter}: &${letter} [${Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*${letters[i - 1]}`)).join(', ')}]\n`,
      )
      .join('');
    expect(problems(bomb)).toMatchObject([
      {
        code: 'yaml-invalid',
        message: expect.stringContaining('Excessive alias count'),
        fix: 'Write the values without the alias.',
      },
    ]);
    expect(problems(map('one', `data:\n${bomb.replace(/^/gm, '  ')}`))).toHaveLength(1);
  });

  test('an alias of its own parent', () => {
    expect(() => read(map('one', 'data: &a { b: *a }\n'))).not.toThrow();
  });

  test.each(['[', '{a: ', '- ', '? '])('%j, repeated five thousand times', (open) => {
    expect(read(map('one', `data: ${open.repeat(5000)}\n`)).problems.length).toBeLessThanOrEqual(3);
  });

  test('a thousand documents, and binary data', () => {
    expect(read(map('one', '---\n').repeat(1000)).manifests).toHaveLength(1000);
    expect(() => read(String.fromCharCode(...Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)))).not.toThrow();
  });

  test('names with a meaning in JavaScript', () => {
    const [manifest] = read(map('one', 'data: { __proto__: { polluted: x }, constructor: y }\n')).manifests;
    expect(Object.keys(manifest!.object.data as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(read('apiVersion: v1\nkind: Pod\n__proto__: { metadata: { name: a } }\n').problems).toHaveLength(1);
  });
});
