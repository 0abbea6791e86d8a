import * as fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { check } from '../../src/check/check';
import { requirementsOf } from '../../src/check/requirements/requirements-of';
import { readManifests } from '../../src/check/read/read';
import { connectivityChanges } from '../../src/connectivity/compare';
import { graphOfManifests } from '../../src/connectivity/manifest-graph';
import { casesIn } from './cases';

/** Manifests without problems in which every rule has something to check. */
const EVERYTHING = `${casesIn('good').find(({ name }) => name === 'shop')!.text}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: gateway, namespace: shop }
spec:
  parentRefs: [{ name: public, namespace: infra }]
  rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], backendRefs: [{ group: "", kind: Service, name: web, namespace: shop, port: 80 }] }]
`;

const OBJECTS = parseAllDocuments(EVERYTHING).flatMap((document) => document.toJS() as object);

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    '',
    '(',
    '$(',
    'gone',
    'http://gone',
    'constructor',
    '__proto__',
    'valueOf',
    [],
    {},
    [null],
    [[]],
    [''],
    [{}],
    { a: null },
    { name: null },
    { name: 5 },
    { matchExpressions: {} },
    { length: 1 },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A copy in which one value, at any depth, is replaced. */
function replaced(value: unknown, at: number, by: unknown): unknown {
  let n = 0;
  const copy = (part: unknown): unknown => {
    if (n++ === at) return by;
    if (Array.isArray(part)) return part.map(copy);
    if (part !== null && typeof part === 'object')
      return Object.fromEntries(Object.entries(part).map(([key, child]) => [key, copy(child)]));
    return part;
  };
  return copy(value);
}

function sizeOf(value: unknown): number {
  return value !== null && typeof value === 'object'
    ? Object.values(value).reduce<number>((sum, child) => sum + sizeOf(child), 1)
    : 1;
}

test('the manifests that the next test breaks have no problems', () => {
  const { manifests, problems, passedOver } = readManifests(EVERYTHING, 'everything.yaml');
  expect([...problems, ...check(manifests)]).toEqual([]);
  expect(manifests.length).toBeGreaterThan(20);
  expect(passedOver).toBe(0);
});

test('with any value at any place in a manifest, a check ends, and every problem has a position', () => {
  const changes = fc.tuple(fc.nat({ max: sizeOf(OBJECTS) - 1 }), anything);
  fc.assert(
    fc.property(changes, ([at, by]) => {
      const changed = replaced(OBJECTS, at, by);
      const yaml = Array.isArray(changed)
        ? changed.map((object) => `---\n${stringify(object)}`).join('')
        : stringify(changed);
      const { manifests, problems } = readManifests(yaml, 'any.yaml');
      for (const { place } of [...problems, ...check(manifests)]) {
        expect(place).toMatchObject({ file: 'any.yaml', line: expect.any(Number) });
        expect(place!.line).toBeLessThanOrEqual(yaml.split('\n').length);
      }
      for (const { what, objects } of requirementsOf(manifests)) expect([what.length, objects.length]).not.toContain(0);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('with any value at any place in a manifest, its calls can be compared and drawn', () => {
  const { manifests } = readManifests(EVERYTHING, 'everything.yaml');
  expect(connectivityChanges(manifests, manifests)).toEqual([]);
  const changes = fc.tuple(fc.nat({ max: sizeOf(OBJECTS) - 1 }), anything);
  fc.assert(
    fc.property(changes, ([at, by]) => {
      const changed = replaced(OBJECTS, at, by);
      const text = (Array.isArray(changed) ? changed : [changed]).map((object) => stringify(object)).join('---\n');
      const broken = readManifests(text, 'broken.yaml').manifests;
      for (const { from, to } of connectivityChanges(manifests, broken)) {
        expect(from.id).not.toBe('');
        expect(to.id).not.toBe('');
      }
      connectivityChanges(broken, manifests);
      const { nodes, edges } = graphOfManifests(broken);
      const ids = new Set(nodes.map(({ id }) => id));
      expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
    }),
    { numRuns: 50 },
  );
}, 60_000);
