import { Ajv2020 } from 'ajv/dist/2020';
import { COMMANDS } from '../../src/cli/main';
import { FAILURE, LEAST, MORE } from './json-samples';
import { assertMatchesSchema, schemaErrors, SCHEMAS } from './json-schemas';
import { app, callsign } from './run';

const withJson = Object.keys(COMMANDS).filter((name) => COMMANDS[name]!.options.json);

test('each command with --json has a schema, and a sample of its output', () => {
  expect(Object.keys(SCHEMAS).toSorted()).toEqual([...withJson, 'definitions'].toSorted());
  expect(Object.keys(LEAST).toSorted()).toEqual(withJson.toSorted());
});

test('completion, whose output is a script, is the only command without --json', () => {
  expect(Object.keys(COMMANDS).filter((name) => !withJson.includes(name))).toEqual(['completion']);
});

test.each(Object.entries(SCHEMAS))('%s is a schema of draft 2020-12', (_, schema) => {
  expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  const ajv = new Ajv2020({ strict: true });
  expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
});

/** A value and its members, each with the members that lead to it. */
function* valuesIn(value: unknown, path: readonly string[] = []): Generator<[path: readonly string[], value: unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) yield* valuesIn(member, [...path, key]);
}

/** A copy in which one member is another value, or is missing. */
function changed(value: unknown, path: readonly string[], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  const copy = structuredClone(value) as Record<string, unknown>;
  const next = changed(copy[key], rest, to);
  if (next === undefined) delete copy[key];
  else copy[key] = next;
  return copy;
}

/** A value of another type. */
function otherType(value: unknown): unknown {
  return typeof value === 'string' ? 1.5 : typeof value === 'object' && !Array.isArray(value) ? [null] : { wrong: 1 };
}

/** Members that can have any value. */
const isAny = (path: readonly string[]) => path.some((key) => ['from', 'to', 'value'].includes(key));

describe.each(withJson)('the schema of %s', (command) => {
  const samples = [...LEAST[command]!, ...(MORE[command] ?? []), FAILURE];

  test('accepts its outputs, and members that it does not know', () => {
    for (const sample of samples) expect([sample, schemaErrors(command, sample)]).toEqual([sample, []]);
    for (const sample of LEAST[command]!)
      if (!Array.isArray(sample)) expect(schemaErrors(command, { ...(sample as object), later: 1 })).toEqual([]);
  });

  test('refuses an output without a member that is required', () => {
    const accepted = [...LEAST[command]!, { problems: [{ code: 'a', message: 'b', fix: 'c' }] }].flatMap((sample) =>
      [...valuesIn(sample)]
        .map(([path]) => path)
        .filter((path) => path.length > 0 && !/^\d+$/.test(path.at(-1)!))
        .filter((path) => schemaErrors(command, changed(sample, path, undefined)).length === 0),
    );
    expect(accepted).toEqual([]);
  });

  test('refuses a value of another type', () => {
    const tried = samples.flatMap((sample) =>
      [...valuesIn(sample)]
        .filter(([path]) => command === 'graph' || !isAny(path))
        .map(([path, value]) => [path, schemaErrors(command, changed(sample, path, otherType(value))).length] as const),
    );
    expect(tried.length).toBeGreaterThan(10);
    expect(tried.filter(([, errors]) => errors === 0)).toEqual([]);
  });
});

test('an output that does not match fails the test that ran the command', async () => {
  const { out } = await callsign(['graph', '--app', app('shop.ts'), '--json']);
  expect(() => assertMatchesSchema(['graph', '--json'], out)).not.toThrow();
  expect(() => assertMatchesSchema(['graph', '--json'], out.replace('"name"', '"title"'))).toThrow(
    'schemas/graph.json',
  );
  expect(() => assertMatchesSchema(['graph', '--json'], '{')).toThrow('is not JSON');
  const lines = '{"part":"a","pod":"a-0","time":"t","text":"one"}\n{"part":"a","pod":"a-0","time":"t"}\n';
  expect(() => assertMatchesSchema(['logs', '--json'], lines)).toThrow("must have required property 'text'");
});
