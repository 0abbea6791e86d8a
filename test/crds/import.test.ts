import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CallsignError } from '../../src';
import { importDefinitions } from '../../src/crds/import';
import { callsignProcess } from '../cli/run';
import { compile, linkPackages, remove } from '../init/project';

jest.setTimeout(120_000);

const definitions = readFileSync(join(__dirname, 'definitions.yaml'), 'utf8');
const imported = (text: string) => importDefinitions([{ file: 'crds.yaml', text }], 'callsign-k8s');

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'callsign-crds-'));
  linkPackages(project);
  mkdirSync(join(project, 'src/charts'), { recursive: true });
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2023',
        skipLibCheck: true,
        types: [],
      },
    }),
  );
  writeFileSync(join(project, 'crds.yaml'), definitions);
});
afterAll(() => remove(project));

/** A chart with a record whose fields are given. */
function chart(spec: string, more = ''): void {
  writeFileSync(
    join(project, 'src/charts/app.ts'),
    `import { Chart } from 'cdk8s';
import { defineApp, Namespace } from 'callsign-k8s';
import { Record, RecordV1beta1 } from './crds/records.dns.example.com';
import { Zone } from './crds/zones.dns.example.com';

export default defineApp((app) => {
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(shop, 'shop');
  new Zone(shop, 'example');
  new RecordV1beta1(shop, 'old', { anything: 1 });
  new Record(shop, 'www', {
    spec: ${spec},
  });
  ${more}
});
`,
  );
}

const run = (...argv: string[]) => callsignProcess(argv, { cwd: project });
const ALL = `{
      name: 'www.example', targets: ['one'], kind: "it's", weight: null, port: 'http', matrix: [[1, 2]],
      labels: { a: 'b' }, free: { any: [1] }, half: { known: true, other: 1 }, $ref: 'x', 'a-b': 'y',
      anything: [1], description: 'd', either: { left: 'l' }, deep: { deep: { deep: { end: true } } },
    }`;

test('one module per definition; other objects are passed over', () => {
  expect(imported(definitions).map(({ name, kind, versions }) => ({ name, kind, versions }))).toEqual([
    { name: 'records.dns.example.com', kind: 'Record', versions: ['v1beta1', 'v1'] },
    { name: 'zones.dns.example.com', kind: 'Zone', versions: ['v1'] },
  ]);
});

test('the module of a small definition', () => {
  expect(imported(definitions)[1]!.text).toMatchInlineSnapshot(`
"// Written by \`callsign import crd\`. To change it, import the definition again.
import * as callsign from 'callsign-k8s';
import type * as cdk8s from 'cdk8s';
import type * as constructs from 'constructs';

/** The fields of a Zone of dns.example.com/v1. */
export interface ZoneProps {
  /** @default - the id of the construct is the name */
  readonly metadata?: cdk8s.ApiObjectMetadata;
  readonly spec?: {
    readonly size?: number;
  };
}

/** A Zone of dns.example.com/v1. */
export class Zone extends callsign.CustomResource {
  constructor(scope: constructs.Construct, id: string, props: ZoneProps = {}) {
    super(scope, id, definition, 'v1', { ...props });
  }
}

const definition = JSON.parse(
  '{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"zones.dns.example.com"},"spec":{"group":"dns.example.com","scope":"Cluster","names":{"kind":"Zone"},"versions":[{"name":"v1","served":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}]}}',
) as callsign.CustomDefinition;
"
`);
});

describe('in a project', () => {
  let wrote: ReturnType<typeof run>;
  beforeAll(() => (wrote = run('import', 'crd', 'crds.yaml', '--out', 'src/charts/crds')));

  test('the import names what it wrote', () => {
    expect(wrote).toMatchObject({
      code: 0,
      out: `Wrote src/charts/crds/records.dns.example.com.ts: Record (v1beta1, v1)
Wrote src/charts/crds/zones.dns.example.com.ts: Zone (v1)
`,
    });
  });

  test('a chart with every field compiles, and its manifests pass the check', () => {
    chart(ALL);
    expect(compile(project)).toEqual({ status: 0, output: '' });
    expect(run('check', '--app', 'src/charts/app.ts', '--profile', 'wiring')).toMatchObject({
      out: expect.stringMatching(/^\d+ objects, no problems/) as unknown,
    });
    expect(run('synth', '--app', 'src/charts/app.ts')).toMatchObject({ code: 0 });
    const yaml = readFileSync(join(project, 'k8s-out/shop.k8s.yaml'), 'utf8');
    expect(yaml).toContain('apiVersion: dns.example.com/v1\nkind: Record\nmetadata:\n  name: www\n  namespace: shop\n');
    expect(yaml).toContain(
      'apiVersion: dns.example.com/v1beta1\nkind: Record\nmetadata:\n  name: old\n  namespace: shop\n',
    );
    // An object of a cluster-scoped kind has no namespace.
    expect(yaml).toMatch(/kind: Zone\nmetadata:\n {2}name: example\n(---|$)/m);
  });

  test('what the definition does not allow does not compile', () => {
    const wrong = [
      [`{ name: 'a', targets: [], nam: 'b' }`, "'nam' does not exist"],
      [`{ targets: [] }`, "Property 'name' is missing"],
      [`{ name: 'a', targets: ['three'] }`, `'"three"' is not assignable`],
      [`{ name: 'a', targets: [], ttl: '5' }`, "'string' is not assignable to type 'number'"],
      [`{ name: 'a', targets: [], matrix: [1] }`, "'number' is not assignable"],
      [
        `{ name: 'a', targets: [], deep: { deep: { deep: { end: 1 } } } }`,
        "'number' is not assignable to type 'boolean",
      ],
    ] as const;
    chart(ALL, wrong.map(([spec], n) => `new Record(shop, 'wrong-${n}', { spec: ${spec} });`).join('\n'));
    const { status, output } = compile(project);
    const errors = output.split('\n').filter((line) => line.includes('error TS'));
    expect([status, errors]).toEqual([1, wrong.map(([, message]) => expect.stringContaining(message) as unknown)]);
  });

  test('the check reports what the types cannot, with the line of the chart', () => {
    chart(`{ name: 'NOT.LOWER', targets: ['one'], ...({ tll: 3 } as object) }`);
    expect(compile(project)).toEqual({ status: 0, output: '' });
    const { code, out } = run('check', '--app', 'src/charts/app.ts', '--profile', 'wiring');
    expect(code).toBe(1);
    expect(out).toContain('src/charts/app.ts:11:3  shop/www · Record shop/www · spec.name  [value-invalid]');
    expect(out).toContain('src/charts/app.ts:11:3  shop/www · Record shop/www · spec.tll  [field-unknown]');
    expect(out).toContain('fix: Did you mean ttl?');
    expect(run('synth', '--app', 'src/charts/app.ts').code).toBe(1);
  });

  test('metadata can be changed', () => {
    chart(
      ALL,
      `new Record(shop, 'other', { metadata: { name: 'x', labels: { a: 'b' } }, spec: { name: 'a', targets: [] } });`,
    );
    expect(run('synth', '--app', 'src/charts/app.ts')).toMatchObject({ code: 0 });
    expect(readFileSync(join(project, 'k8s-out/shop.k8s.yaml'), 'utf8')).toContain(
      'kind: Record\nmetadata:\n  labels:\n    a: b\n  name: x\n  namespace: shop\n',
    );
  });

  test('an import overwrites an earlier import, but no file of a person', () => {
    expect(run('import', 'crd', 'crds.yaml', '--out', 'src/charts/crds').code).toBe(0);
    writeFileSync(join(project, 'src/charts/crds/zones.dns.example.com.ts'), 'export const mine = 1;\n');
    const { code, out } = run('import', 'crd', 'crds.yaml', '--out', 'src/charts/crds');
    expect([code, out]).toEqual([1, expect.stringContaining('zones.dns.example.com.ts:1  [file-taken]')]);
    expect(readFileSync(join(project, 'src/charts/crds/zones.dns.example.com.ts'), 'utf8')).toBe(
      'export const mine = 1;\n',
    );
  });
});

const definition = (spec: string) =>
  `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: a.b.c }\nspec: ${spec}\n`;

test.each([
  ['no definition', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n', 'definition-invalid'],
  ['not YAML', 'a: [', 'yaml-invalid'],
  [
    'no served version',
    definition(
      '{ group: b.c, scope: Cluster, names: { kind: A, plural: a }, versions: [{ name: v1, served: false, storage: true, schema: { openAPIV3Schema: { type: object } } }] }',
    ),
    'definition-invalid',
  ],
  ['a definition that the API server rejects', definition('{ group: b.c }'), 'field-missing'],
])('%s is a problem', (_, text, code) => {
  let thrown: unknown;
  try {
    imported(text);
  } catch (error) {
    thrown = error;
  }
  expect((thrown as CallsignError).problems.map((problem) => problem.code)).toContain(code);
});

test('the main version is the most stable and newest one', () => {
  const versions = ['v1alpha3', 'v1beta1', 'v1', 'v2', 'v2beta1', 'v10'];
  const text = definition(
    JSON.stringify({
      group: 'b.c',
      scope: 'Cluster',
      names: { kind: 'A', plural: 'a', singular: 'a' },
      versions: versions.map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        schema: { openAPIV3Schema: { type: 'object' } },
      })),
    }),
  );
  const classes = [...imported(text)[0]!.text.matchAll(/export class (\w+)/g)].map(([, name]) => name);
  expect(classes).toEqual(['AV1alpha3', 'AV1beta1', 'AV1', 'AV2', 'AV2beta1', 'A']);
});

test('a schema that contains itself ends', () => {
  const text = definition(`
  group: b.c
  scope: Cluster
  names: { kind: A, plural: a }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: &circle
          type: object
          properties: { self: *circle }
`);
  try {
    expect(imported(text)[0]!.text.length).toBeLessThan(1_000_000);
  } catch (error) {
    expect(error).toBeInstanceOf(CallsignError);
  }
});
