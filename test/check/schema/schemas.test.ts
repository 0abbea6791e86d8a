import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubernetesVersions } from '../../../src/check/schema/kubernetes-versions';
import { isClusterScoped, schemas, shapeOfKind } from '../../../src/check/schema/schemas';

const models = join(__dirname, '../../../node_modules/@kubernetes/client-node/dist/gen/models');
const model = (name: string) =>
  existsSync(join(models, `${name}.js`)) ? readFileSync(join(models, `${name}.js`), 'utf8') : undefined;

/** `apps/v1.Deployment` → `V1Deployment`, its name in the client. */
const modelName = (type: string) => type.replace(/^.*\//, '').replace(/^v(\w+)\.(.*)$/, 'V$1$2');

const [, clientMinor] = /OpenAPI spec version: release-1\.(\d+)/.exec(model('V1Pod')!) ?? [];
/** Alpha fields that a later version renamed. */
const RENAMED = new Set(['resource/v1.Device.nodeAllocatableResourceMappings']);

test('the schemas are as new as the client, or newer', () => {
  const [, minor] = /^v1\.(\d+)\./.exec(schemas().version) ?? [];
  expect(Number(minor)).toBeGreaterThanOrEqual(Number(clientMinor));
});

test('the schemas have exactly the fields of the client, and newer ones', () => {
  let compared = 0;
  const different: string[] = [];
  for (const [type, { fields }] of Object.entries(schemas().types)) {
    const text = model(modelName(type));
    // Several groups can have types of the same name. The client has its own names for them.
    if (text === undefined || type === 'resource/v1.ResourceClaim') continue;
    const known = [...text.matchAll(/"baseName": "([^"]+)"/g)].map(([, name]) => name!);
    const since = (field: string) => kubernetesVersions().fields[`${type}.${field}`]?.since ?? 0;
    const old = Object.keys(fields).filter((field) => since(field) <= Number(clientMinor));
    const expected = known.filter((field) => !RENAMED.has(`${type}.${field}`));
    if (expected.toSorted().join() !== old.toSorted().join()) different.push(`${type}: ${expected.join()}`);
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
