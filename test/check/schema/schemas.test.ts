import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isClusterScoped, schemas, shapeOfKind } from '../../../src/check/schema/schemas';

const models = join(__dirname, '../../../node_modules/@kubernetes/client-node/dist/gen/models');
const model = (name: string) =>
  existsSync(join(models, `${name}.js`)) ? readFileSync(join(models, `${name}.js`), 'utf8') : undefined;

/** `apps/v1.Deployment` → `V1Deployment`, its name in the client. */
const modelName = (type: string) => type.replace(/^.*\//, '').replace(/^v(\w+)\.(.*)$/, 'V$1$2');

test('the schemas and the client have the same version of Kubernetes', () => {
  const [, release] = /OpenAPI spec version: release-(\d+\.\d+)/.exec(model('V1Pod')!) ?? [];
  // After an update of the client, run `npm run schemas` with a cluster of the new version.
  expect(schemas().version).toMatch(new RegExp(`^v${release!.replace('.', '\\.')}\\.`));
});

test('the schemas have exactly the fields of the client', () => {
  let compared = 0;
  const different: string[] = [];
  for (const [type, { fields }] of Object.entries(schemas().types)) {
    const text = model(modelName(type));
    // Several groups can have types of the same name. The client has its own names for them.
    if (text === undefined || type === 'resource/v1.ResourceClaim') continue;
    const known = [...text.matchAll(/"baseName": "([^"]+)"/g)].map(([, name]) => name!).toSorted();
    if (known.join() !== Object.keys(fields).toSorted().join()) different.push(`${type}: ${known.join()}`);
    compared++;
  }
  expect(different).toEqual([]);
  expect(compared).toBeGreaterThan(300);
});

test('every field of every type is readable', () => {
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

test('a kind is found by its apiVersion, and its scope is known', () => {
  expect(shapeOfKind('apps/v1', 'Deployment')).toMatchObject({ is: 'object', type: 'apps/v1.Deployment' });
  expect(shapeOfKind('v1', 'Deployment')).toBeUndefined();
  expect([
    isClusterScoped('v1', 'Namespace'),
    isClusterScoped('v1', 'Pod'),
    isClusterScoped('example.com/v1', 'Thing'),
  ]).toEqual([true, false, false]);
});
