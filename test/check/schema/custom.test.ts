import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shirts.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: shirts, singular: shirt, kind: Shirt }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            spec:
              type: object
              required: [size, color, owner, note]
              properties:
                size: { type: string, enum: [S, M, L] }
                color: { type: string, pattern: "^[a-z]+(-[a-z]+)*$", maxLength: 10 }
                owner: { type: string, nullable: true }
                note: { type: string, default: none }
                count: { type: integer, minimum: 1, maximum: 10, exclusiveMaximum: true }
                small: { type: integer, format: int32 }
                price: { type: number, multipleOf: 5, minimum: 0, exclusiveMinimum: true }
                level: { type: integer, enum: [1, 2, 4] }
                sold: { type: boolean }
                tags: { type: array, minItems: 1, maxItems: 3, items: { type: string, minLength: 2 } }
                ports:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items: { type: object, required: [name], properties: { name: { type: string }, port: { x-kubernetes-int-or-string: true } } }
                labels: { type: object, maxProperties: 2, additionalProperties: { type: string } }
                free: { type: object, x-kubernetes-preserve-unknown-fields: true, properties: { known: { type: integer } } }
                anything: { x-kubernetes-preserve-unknown-fields: true }
                inside: { type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true }
            status: { type: object, properties: { ready: { type: boolean } } }
    - { name: v1alpha1, served: false, storage: false, schema: { openAPIV3Schema: { type: object } } }
`;

const SHIRT = `
apiVersion: example.com/v1
kind: Shirt
metadata: { name: summer, namespace: shop, labels: { a: b } }
spec:
  size: M
  color: dark-blue
  owner: null
  count: 9
  small: 3
  price: 15
  level: 4
  sold: true
  tags: [aa, bb]
  ports: [{ name: a, port: 80 }, { name: b, port: http }]
  labels: { a: "", b: x }
  free: { known: 1, other: [1, { a: b }] }
  anything: [1, two]
  inside: { apiVersion: v1, kind: Pod, metadata: { name: x }, spec: {} }
status: { ready: true }
`;

/** The problems after one change to the shirt: the code, the field and the expected value. */
function found(text = '', by = '', definition = DEFINITION): (string | undefined)[][] {
  expect(SHIRT).toContain(text);
  const { manifests, problems } = readManifests(`${definition}---${SHIRT.replace(text, by)}`, 'a.yaml');
  return [...problems, ...check(manifests)].map(({ code, field, expected }) => [code, field, expected]);
}

test('accepts an object that matches its definition', () => {
  expect(found()).toEqual([]);
});

test.each([
  ['size: M', 'size: XL', 'value-invalid', 'spec.size', 'one of S, M, L'],
  ['size: M', 'size: ""', 'value-invalid', 'spec.size', 'one of S, M, L'],
  ['  size: M\n', '', 'field-missing', 'spec.size', 'size'],
  ['size: M', 'size: M\n  colour: red', 'field-unknown', 'spec.colour', 'color'],
  ['color: dark-blue', 'color: Dark', 'value-invalid', 'spec.color', 'a string that matches ^[a-z]+(-[a-z]+)*$'],
  ['color: dark-blue', 'color: dark-blue-green', 'value-invalid', 'spec.color', 'at most 10 characters'],
  ['color: dark-blue', 'color: 5', 'type-wrong', 'spec.color', 'a string'],
  ['count: 9', 'count: 10', 'value-invalid', 'spec.count', 'less than 10'],
  ['count: 9', 'count: 0', 'value-invalid', 'spec.count', 'at least 1'],
  ['count: 9', 'count: 1.5', 'type-wrong', 'spec.count', 'a whole number'],
  ['small: 3', 'small: 3000000000', 'type-wrong', 'spec.small', 'a whole number'],
  ['price: 15', 'price: 13', 'value-invalid', 'spec.price', 'a multiple of 5'],
  ['price: 15', 'price: 0', 'value-invalid', 'spec.price', 'more than 0'],
  ['level: 4', 'level: 3', 'value-invalid', 'spec.level', 'one of 1, 2, 4'],
  ['sold: true', 'sold: "true"', 'type-wrong', 'spec.sold', 'true or false'],
  ['tags: [aa, bb]', 'tags: []', 'value-invalid', 'spec.tags', 'at least 1 items'],
  ['tags: [aa, bb]', 'tags: [aa, bb, cc, dd]', 'value-invalid', 'spec.tags', 'at most 3 items'],
  ['tags: [aa, bb]', 'tags: [a]', 'value-invalid', 'spec.tags[0]', 'at least 2 characters'],
  ['tags: [aa, bb]', 'tags: aa', 'type-wrong', 'spec.tags', 'a list'],
  ['name: b, port: http', 'name: a, port: http', 'item-taken', 'spec.ports[1]', 'a value that differs from ports[0]'],
  ['name: b, port: http', 'port: http', 'field-missing', 'spec.ports[1].name', 'name'],
  ['port: http', 'port: true', 'type-wrong', 'spec.ports[1].port', 'a whole number or a string'],
  ['b: x }', 'b: x, c: z }', 'value-invalid', 'spec.labels', 'at most 2 fields'],
  ['b: x }', 'b: 5 }', 'type-wrong', 'spec.labels.b', 'a string'],
  ['known: 1', 'known: one', 'type-wrong', 'spec.free.known', 'a whole number'],
  ['kind: Pod, ', '', 'field-missing', 'spec.inside.kind', 'kind'],
  ['apiVersion: v1, ', 'apiVersion: "", ', 'value-invalid', 'spec.inside.apiVersion', 'a string that is not empty'],
  ['ready: true', 'ready: 5', 'type-wrong', 'status.ready', 'true or false'],
  ['status:', 'statuz:', 'field-unknown', 'statuz', 'status'],
  [
    'labels: { a: b }',
    'labels: { a: "b c" }',
    'value-invalid',
    'metadata.labels.a',
    expect.stringContaining('letters, digits'),
  ],
  ['labels: { a: b }', 'label: { a: b }', 'field-unknown', 'metadata.label', 'labels'],
  ['name: summer', 'name: Summer', 'value-invalid', 'metadata.name', expect.stringContaining('lower-case')],
  ['example.com/v1', 'example.com/v1alpha1', 'kind-unknown', 'apiVersion', 'one of example.com/v1'],
])('rejects %j replaced by %j', (text, by, code, field, expected) => {
  expect(found(text, by)).toEqual([[code, field, expected]]);
});

test.each([
  ['owner: null', 'owner: ""'],
  ['size: M', 'size: M\n  note: null'],
  ['known: 1', 'anything: 1'],
  ['port: http', 'port: 8080'],
])('accepts %j replaced by %j', (text, by) => {
  expect(found(text, by)).toEqual([]);
});

test('accepts objects whose definition is elsewhere or has no readable schema', () => {
  const wrong = ['size: M', 'size: 5\n  colour: red'] as const;
  expect(found(...wrong)).toHaveLength(2);
  expect(
    found(
      ...wrong,
      DEFINITION.replace('group: example.com', 'group: example.org').replace(
        'shirts.example.com',
        'shirts.example.org',
      ),
    ),
  ).toEqual([]);
  for (const [schema, by] of [
    ['type: object\n          required: [spec]', 'x-kubernetes-preserve-unknown-fields: true'],
    ['openAPIV3Schema:', 'other:'],
  ] as const)
    expect(
      found(...wrong, DEFINITION.replace(schema, by)).filter(
        ([, field]) => !field!.startsWith('spec.versions[0].schema.'),
      ),
    ).toEqual([]);
});

test.each([
  'versions: 5',
  'versions: [5]',
  'versions: [{ name: v1, schema: 5 }]',
  'versions: [{ name: v1, schema: { openAPIV3Schema: { type: object, required: 5, properties: [5] } } }]',
])('reads a broken definition: %s', (versions) => {
  const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: shirts.example.com }\nspec:\n  group: example.com\n  scope: Namespaced\n  names: { plural: shirts, kind: Shirt }\n  ${versions}\n`;
  expect(() => found('', '', definition)).not.toThrow();
});

test('ignores patterns that take too long, and patterns that only Go supports', () => {
  const color = (pattern: string) =>
    DEFINITION.replace('"^[a-z]+(-[a-z]+)*$"', () => `'${pattern}'`).replace(', maxLength: 10', '');
  const long = `color: ${'a'.repeat(60)}5`;
  expect(found('color: dark-blue', long, color('^(a+)+$'))).toEqual([]);
  expect(found('color: dark-blue', long, color('^a+$'))).toHaveLength(1);
  for (const pattern of ['(?i)^RED$', '\\Ared\\z', '^[[:upper:]]+$', '('])
    expect(found('color: dark-blue', 'color: blue', color(pattern))).toEqual([]);
});

test('checks a list in a list', () => {
  const nested = DEFINITION.replace(
    'anything: { x-kubernetes-preserve-unknown-fields: true }',
    'anything: { type: array, items: { type: array, items: { type: string } } }',
  );
  expect(found('anything: [1, two]', 'anything: [[a], [5]]', nested)).toEqual([
    ['type-wrong', 'spec.anything[1][0]', 'a string'],
  ]);
});

describe('unknown fields are kept as the API server keeps them', () => {
  const ANYTHING = 'anything: { x-kubernetes-preserve-unknown-fields: true }';
  const KEEP = 'x-kubernetes-preserve-unknown-fields: true';
  const kept = (schema: string, value: string) =>
    found('anything: [1, two]', `anything: ${value}`, DEFINITION.replace(ANYTHING, `anything: ${schema}`)).map(
      ([code, field]) => `${code} ${field}`,
    );
  const item = '{ type: object, properties: { known: { type: object, properties: { a: { type: string } } } } }';

  test('in the items of a list that keeps them', () => {
    expect(kept(`{ type: array, ${KEEP}, items: ${item} }`, '[{ other: 1, known: { a: x } }]')).toEqual([]);
    expect(kept(`{ type: array, items: ${item} }`, '[{ other: 1 }]')).toEqual(['field-unknown spec.anything[0].other']);
    expect(kept(`{ type: array, ${KEEP}, items: { type: array, items: ${item} } }`, '[[{ other: 1 }]]')).toEqual([]);
  });

  test('but not in the fields of the items', () => {
    expect(kept(`{ type: array, ${KEEP}, items: ${item} }`, '[{ known: { other: 1 } }]')).toEqual([
      'field-unknown spec.anything[0].known.other',
    ]);
  });

  test('but not in the values of a map', () => {
    expect(kept(`{ type: object, ${KEEP}, additionalProperties: ${item} }`, '{ x: { other: 1 } }')).toEqual([
      'field-unknown spec.anything.x.other',
    ]);
  });

  test('and types are still checked', () => {
    expect(kept(`{ type: array, ${KEEP}, items: ${item} }`, '[{ known: { a: 1 } }, 5]')).toEqual([
      'type-wrong spec.anything[0].known.a',
      'type-wrong spec.anything[1]',
    ]);
  });
});
