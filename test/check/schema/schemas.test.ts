import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isClusterScoped, schemas, shapeOfKind } from '../../../src/check/schema/schemas';

const models = join(__dirname, '../../../node_modules/@kubernetes/client-node/dist/gen/models');
const model = (name: string) =>
  existsSync(join(models, `${name}.js`)) ? readFileSync(join(models, `${name}.js`), 'utf8') : undefined;

/** `apps/v1.Deployment` → `V1Deployment`, which is what the client calls it. */
const modelName = (type: string) => type.replace(/^.*\//, '').replace(/^v(\w+)\.(.*)$/, 'V$1$2');

test('they are of the version of Kubernetes that the client is made for', () => {
  const [, release] = /OpenAPI spec version: release-(\d+\.\d+)/.exec(model('V1Pod')!) ?? [];
  // When the client moves on, `npm run schemas` against a cluster of that version does too.
  expect(schemas().version).toMatch(new RegExp(`^v${release!.replace('.', '\\.')}\\.`));
});

test('they know exactly the fields that the client knows', () => {
  let compared = 0;
  const different: string[] = [];
  for (const [type, { fields }] of Object.entries(schemas().types)) {
    const text = model(modelName(type));
    // Some names stand in several groups, and the client tells those apart by names of its own.
    if (text === undefined || type === 'resource/v1.ResourceClaim') continue;
    const known = [...text.matchAll(/"baseName": "([^"]+)"/g)].map(([, name]) => name!).toSorted();
    if (known.join() !== Object.keys(fields).toSorted().join()) different.push(`${type}: ${known.join()}`);
    compared++;
  }
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(300);
});

test('every type can be read, down to its last field', () => {
  const seen = new Set<unknown>();
  const primitives = new Set<string>();
  const walk = (shape: ReturnType<typeof shapeOfKind>): void => {
    if (!shape || seen.has(shape)) return;
    seen.add(shape);
    if (shape.is === 'object') for (const field of shape.fields.values()) walk(field);
    else if (shape.is === 'list' || shape.is === 'map') walk(shape.of);
    else primitives.add(shape.is);
  };
  for (const name of Object.keys(schemas().kinds)) walk(shapeOfKind(...(name.split(' ') as [string, string])));
  expect([...primitives].toSorted()).toEqual([
    'any',
    'base64',
    'boolean',
    'enum',
    'int-or-string',
    'int32',
    'int64',
    'quantity',
    'string',
    'time',
  ]);
});

test('a kind is found with its apiVersion, and with where its objects live', () => {
  expect(shapeOfKind('apps/v1', 'Deployment')).toMatchObject({ is: 'object', type: 'apps/v1.Deployment' });
  expect(shapeOfKind('v1', 'Deployment')).toBeUndefined();
  expect([
    isClusterScoped('v1', 'Namespace'),
    isClusterScoped('v1', 'Pod'),
    isClusterScoped('example.com/v1', 'Thing'),
  ]).toEqual([true, false, false]);
});
