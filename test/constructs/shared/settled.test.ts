import { ApiObject, App, Chart, Lazy, type IResolver } from 'cdk8s';
import { ChartObject } from '../../../src/constructs/shared/chart-object';
import { ALL_CHARTS, ALL_ENVIRONMENTS, DATABASES } from '../../charts/all';

// cdk8s writes an object in two passes. Ours must not differ from it, the order of the keys included.

/** The text that cdk8s itself writes for an object of ours. */
const byCdk8s = (object: ApiObject) => JSON.stringify(ApiObject.prototype.toJson.call(object));

const environments = Object.fromEntries(Object.entries(ALL_ENVIRONMENTS).map(([name, { make }]) => [name, make]));

test.each(Object.entries({ ...ALL_CHARTS, ...DATABASES, ...environments }))(
  '%s: cdk8s writes the same objects',
  (_, make) => {
    // A patched object, and a job that is named after its content, have more than their fields.
    const objects = make()
      .node.findAll()
      .filter((construct) => construct instanceof ChartObject)
      .filter((object) => !object.isPatched && object.toJson === ChartObject.prototype.toJson);
    expect(objects.length).toBeGreaterThan(0);
    for (const object of objects) expect(JSON.stringify(object.toJson())).toBe(byCdk8s(object));
  },
);

/** A number or a text, as the classes of `cdk8s import` have it. */
class IntOrString {
  constructor(readonly value: number | string) {}
}

const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${(i * 7) % 40}`, String(i)]));
const FIELDS: Record<string, unknown> = {
  'unsorted keys': { b: 1, a: { d: 1, c: 2, B: 3 }, '9': 1, '10': 2 },
  'more keys than a short sort takes': many,
  'values that are not set': { a: undefined, b: null, c: [1, null, { d: undefined }], e: {} },
  'values that are computed late': { a: Lazy.any({ produce: () => ({ d: 1, c: Lazy.any({ produce: () => 2 }) }) }) },
  'a late value that is not set': { a: Lazy.any({ produce: () => undefined }) },
  'a value with a method resolve': { a: { resolve: () => [1, 2] } },
  'a number or a text': { a: new IntOrString(80), b: [new IntOrString('http')] },
  'empty lists and maps': { a: [], b: {}, c: [[], {}] },
};
const METADATA: Record<string, object> = {
  'metadata without anything': {},
  'empty labels and annotations': { labels: {}, annotations: {} },
  'unsorted labels': { labels: { b: '1', a: '2' }, annotations: { d: '1', c: '2' } },
  'finalizers and owners': {
    finalizers: ['b', 'a'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'web', uid: '1' }],
  },
  'further fields': { generateName: 'web-', extra: { b: [], a: { c: {} } } },
};

function objectWith(props: object, app = new App()): ChartObject {
  const chart = new Chart(app, 'chart', { namespace: 'shop', labels: { team: 'blue' } });
  return new ChartObject(chart, 'object', { apiVersion: 'v1', kind: 'Thing', ...props });
}

test.each([
  ...Object.entries(FIELDS).map(([name, spec]) => [name, { spec }] as const),
  ...Object.entries(METADATA).map(([name, metadata]) => [name, { metadata }] as const),
])('%s', (_, props) => {
  const object = objectWith(props);
  object.metadata.addLabel('late', 'yes');
  object.metadata.add('added', { z: 1, y: 2 });
  expect(JSON.stringify(object.toJson())).toBe(byCdk8s(object));
});

test('CDK8S_DISABLE_SORT keeps the order of the fields', () => {
  process.env['CDK8S_DISABLE_SORT'] = '1';
  try {
    const object = objectWith({ spec: { b: 1, a: 2 }, metadata: { labels: { b: '1', a: '2' } } });
    expect(JSON.stringify(object.toJson())).toBe(byCdk8s(object));
    expect(JSON.stringify(object.toJson())).toContain('{"b":1,"a":2}');
  } finally {
    delete process.env['CDK8S_DISABLE_SORT'];
  }
});

test('an app with a resolver of its own is written by cdk8s', () => {
  const resolver: IResolver = {
    resolve: (context) => {
      if (context.value === 'secret') context.replaceValue('replaced');
    },
  };
  expect(objectWith({ spec: { a: 'secret' } }, new App({ resolvers: [resolver] })).toJson()).toMatchObject({
    spec: { a: 'replaced' },
  });
  // Without the resolver, the value stays.
  expect(objectWith({ spec: { a: 'secret' } }).toJson()).toMatchObject({ spec: { a: 'secret' } });
});

test('an object that is no plain JSON is an error with its path', () => {
  const object = objectWith({ spec: { when: new Date(0) } });
  expect(() => object.toJson()).toThrow(/chart\/object.*can't render non-simple object of type 'Date'/);
  expect(() => byCdk8s(object)).toThrow(/can't render non-simple object of type 'Date'/);
});
