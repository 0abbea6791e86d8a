import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { KNOWN_KEYS, kindsAt } from '../../../src/compose/load/documents/keys';
import { isMissing } from '../../../src/compose/load/report';
import { composeFolder, service, type Result } from '../import';
import { EXAMPLES } from '../examples';
import { problemsOfChart } from '../run-chart';
import { callsign } from '../../cli/run';

const folder = composeFolder();

/** The paths of all scalars, empty lists and empty maps. */
function leaves(value: unknown, path = ''): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? [path] : value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [path];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}

/** The leaves of a Compose file. Its tags do not matter. */
function leavesOfFile(text: string): string[] {
  return leaves(parse(text, { merge: true, logLevel: 'silent' })).toSorted();
}

test.each(EXAMPLES)('$name: the report has every key of every file once', async ({ args, environment }) => {
  const { out } = await callsign(['import', 'compose', ...args, '--json'], { environment });
  const { report } = JSON.parse(out) as Result;
  const files = [...new Set(report.map(({ file }) => file))].filter((file) => /\.ya?ml$/.test(file));
  expect(files).toContain(args[0]);
  for (const file of files) {
    expect(
      report
        .filter((entry) => entry.file === file)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(leavesOfFile(readFileSync(file, 'utf8')));
  }
  for (const { status, why, line } of report) {
    expect(line).toBeGreaterThan(0);
    if (status !== 'converted') expect(why).toMatch(/^\S.*[.0-9]$/s);
  }
  expect(report.filter(({ why }) => why === 'The import does not handle this key.')).toEqual([]);
});

const word = fc.constantFrom(
  'web',
  'api',
  'db',
  'data:/data',
  './x:/y:ro',
  '80:8080',
  '8080',
  'http://api:3000/x',
  'postgres://u:pw@db/x',
  '10s',
  '512m',
  'A=b',
  'true',
  '$$',
  '${A:-b}',
  '/path',
  'always',
  '',
  'x y "z',
  'PASSWORD=word-that-nobody-reads',
  'redis://:word-that-nobody-reads@db:6379/0',
  'serve --token word-that-nobody-reads',
);
const scalar = fc.oneof(word, fc.integer({ min: -1, max: 70000 }), fc.boolean(), fc.constant(null));
const list = fc.array(scalar, { maxLength: 3 });
const NAMES = [
  'A',
  'PASSWORD',
  'source',
  'target',
  'condition',
  'api',
  'db',
  'test',
  'replicas',
  'context',
  'limits',
  'x-y',
  'file',
  'driver',
  'options',
  'mode',
];
const map = fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), {
  maxKeys: 3,
});
const value = fc.oneof(scalar, list, map);
/** Mostly a valid value, sometimes any value. */
const valueAt = (key: string) => {
  const kinds =
    key === 'x-other' ? [value] : kindsAt('service', key).map((kind) => ({ scalar, list, dict: map })[kind]);
  return fc.oneof({ weight: 30, arbitrary: fc.oneof(...kinds) }, { weight: 1, arbitrary: value });
};
const anyService = fc
  .uniqueArray(
    fc.constantFrom(...KNOWN_KEYS.service.filter((key) => !['extends', 'image', 'profiles'].includes(key)), 'x-other'),
    { maxLength: 5 },
  )
  .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, valueAt(key)]))))
  .map((keys) => ({ image: 'shop/any:1', ...keys }));
const file = fc.record(
  {
    services: fc.dictionary(fc.constantFrom('web', 'api', 'db', 'My_Web'), anyService, { minKeys: 1, maxKeys: 3 }),
    ...Object.fromEntries(['volumes', 'networks', 'secrets', 'configs', 'x-more'].map((key) => [key, map])),
  },
  { requiredKeys: ['services'] },
);

test('for every file there are problems, or the report has every key once and the chart has no problems', async () => {
  let converted = 0;
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const text = stringify(content);
      const { chart, code, out, report, problems, error } = await folder.import(text);
      expect(error).toBe('');
      if (problems.length > 0) {
        for (const { message, fix, place } of problems)
          expect([message, fix, place?.line]).toEqual([
            expect.stringMatching(/\S/),
            expect.stringMatching(/\S/),
            expect.any(Number),
          ]);
        return;
      }
      converted++;
      expect(
        report
          .filter((entry) => entry.file.endsWith('compose.yaml'))
          .map(({ path }) => path)
          .toSorted(),
      ).toEqual(leavesOfFile(text));
      expect(code).toBe(report.some(isMissing) ? 1 : 0);
      expect(problemsOfChart(chart)).toEqual([]);
      expect(out.match(/.*word-that-nobody-reads.*/g)).toBeNull();
    }),
    { numRuns: 300 },
  );
  expect(converted).toBeGreaterThan(100);
});

test('the import handles each key of a service', async () => {
  const samples: Record<string, unknown> = {
    build: { context: '.' },
    deploy: { replicas: 2 },
    healthcheck: { test: 'true' },
    logging: { driver: 'x' },
    ulimits: { nofile: 5 },
    extends: undefined,
    env_file: undefined,
    secrets: undefined,
    configs: undefined,
    depends_on: undefined,
    ports: ['80'],
    volumes: ['data:/data'],
    image: 'shop/web:1',
    environment: { A: 1 },
    mem_limit: '1g',
    mem_reservation: '1g',
    shm_size: '64m',
    stop_grace_period: '10s',
    working_dir: '/x',
    profiles: undefined,
    expose: ['80'],
    networks: undefined,
    models: undefined,
    links: ['web'],
  };
  folder.put('Dockerfile', 'FROM scratch\n');
  for (const key of KNOWN_KEYS.service) {
    const sample =
      key in samples ? samples[key] : { scalar: 'x', list: ['x'], dict: { x: 'y' } }[kindsAt('service', key)[0]!];
    if (sample === undefined) continue;
    const { report, problems } = await folder.import(
      stringify({ services: { web: { image: 'shop/web:1', [key]: sample } } }),
    );
    expect([key, problems]).toEqual([key, []]);
    expect([key, report.length]).toEqual([key, key === 'image' ? 1 : 2]);
    expect([key, report.filter(({ why }) => why === 'The import does not handle this key.')]).toEqual([key, []]);
  }
});

test('a key of several services has the most severe of its results', async () => {
  const { report } = await folder.import(
    'x-all: &all { cap_add: [NET_BIND_SERVICE] }\nservices:\n  web: { image: "a:1", expose: [80], <<: *all }\n  base: { image: "b:1", working_dir: /x, privileged: true }\n  two: { extends: base, privileged: false }\n',
  );
  const status = (path: string) => report.find((entry) => entry.path === path);
  expect(status('services.base.privileged')).toMatchObject({ status: 'refused', line: 4 });
  expect(status('services.two.privileged')).toMatchObject({ status: 'converted' });
  expect(status('services.web.cap_add[0]')).toMatchObject({ status: 'converted' });
  expect(status('x-all.cap_add[0]')).toMatchObject({
    status: 'converted',
    why: 'Compose also ignores extensions.',
  });
});

test('--json prints the chart, the report and the remaining work', async () => {
  const { out } = await folder.import(service('environment: { API_KEY: abcdefgh }'));
  expect(JSON.parse(out)).toMatchObject({
    name: expect.any(String),
    chart: expect.stringContaining('extends Chart'),
    secrets: [
      expect.stringMatching(/^kubectl create namespace \S+ --save-config$/),
      expect.stringMatching(/^kubectl -n \S+ create secret generic web --from-literal=API_KEY=…$/),
    ],
    warnings: [],
    report: [
      { status: 'converted', path: 'services.web.image', line: 3 },
      {
        status: 'approximated',
        path: 'services.web.environment.API_KEY',
        line: 4,
        why: expect.stringContaining('Secret web'),
      },
    ],
  });
});
