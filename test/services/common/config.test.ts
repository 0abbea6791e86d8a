import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigError,
  databaseVariables,
  fileLines,
  integer,
  oneOf,
  optional,
  readConfig,
  secret,
  serviceUrl,
  serviceVariables,
  text,
  variableNames,
} from '../../../services/common/config.ts';
import type { Environment, Schema } from '../../../services/common/config.ts';

function problems(schema: Schema, env: Environment): readonly string[] {
  try {
    readConfig(schema, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('all problems are reported at once, with the name of the variable', () => {
  const schema = { ...serviceVariables, ...databaseVariables, EVENT_BUS_URL: serviceUrl() };
  expect(
    problems(schema, { PORT: '99999', LOG_LEVEL: 'loud', DATABASE_HOST: 'db', EVENT_BUS_URL: 'event-bus' }),
  ).toEqual([
    'PORT is invalid: expected a port from 0 to 65535, got "99999"',
    'LOG_LEVEL is invalid: expected one of trace, debug, info, warn, error, fatal, silent, got "loud"',
    'DATABASE_NAME is missing: expected the name of the database',
    'DATABASE_USER is missing: expected the name of the user',
    'DATABASE_PASSWORD is missing: expected the password of DATABASE_USER',
    'EVENT_BUS_URL is invalid: expected a URL such as http://event-bus, got "event-bus"',
  ]);
});

test('the message of the error contains all problems', () => {
  expect(() => readConfig({ A: text(), B: text() }, {})).toThrow('A is missing: expected some text\n  B is missing');
});

test('values are typed and trimmed, and a default replaces a missing or empty value', () => {
  const schema = {
    ...serviceVariables,
    SIZE: optional(integer(1, 9), 5),
    NAME: optional(text()),
    KIND: oneOf('a', 'b'),
  };
  const config = readConfig(schema, { PORT: ' 80 ', LOG_LEVEL: '', SIZE: ' ', KIND: 'b' });
  expect(config).toEqual({ PORT: 80, LOG_LEVEL: 'info', DRAIN_SECONDS: 14, SIZE: 5, NAME: undefined, KIND: 'b' });
});

test.each(['1.5', '1e1', '0x1', 'one', '-1', '10', '9007199254740993', '1 2'])(
  '%s is not accepted as a number from 1 to 9',
  (value) => {
    expect(problems({ N: integer(1, 9) }, { N: value })).toHaveLength(1);
  },
);

test.each([
  ['http://event-bus', 'http://event-bus'],
  ['http://event-bus/', 'http://event-bus'],
  ['https://bus.example:8443/base/', 'https://bus.example:8443/base'],
  ['ftp://bus', undefined],
  ['http://user:word@bus', undefined],
  ['http://bus?x=1', undefined],
  ['bus:80', undefined],
  ['', undefined],
])('the URL %j is read as %j', (value, expected) => {
  const read = () => readConfig({ URL: serviceUrl() }, { URL: value }).URL;
  if (expected === undefined) expect(read).toThrow(ConfigError);
  else expect(read()).toBe(expected);
});

test('the database is configured with five variables or one URL', () => {
  const five = { DATABASE_HOST: 'db', DATABASE_NAME: 'blog', DATABASE_USER: 'blog', DATABASE_PASSWORD: 'x' };
  expect(readConfig(databaseVariables, five)).toMatchObject({ ...five, DATABASE_PORT: 5432, DATABASE_URL: undefined });
  expect(readConfig(databaseVariables, { DATABASE_URL: 'postgres://u:p@h/b' }).DATABASE_URL).toBe('postgres://u:p@h/b');
  expect(problems(databaseVariables, { DATABASE_URL: 'mysql://h' })).toHaveLength(1);
});

test('a message never contains a secret', () => {
  const schema = { PASSWORD: { ...secret(), parse: () => undefined }, ...databaseVariables };
  const messages = problems(schema, { PASSWORD: 'hunter2', DATABASE_URL: 'hunter2' }).join();
  expect(messages).toContain('DATABASE_URL is invalid');
  expect(messages).not.toContain('hunter2');
});

test('a file is read as lines', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'callsign-')), 'words');
  writeFileSync(file, 'one\r\n two \n\n');
  expect(readConfig({ F: fileLines() }, { F: file }).F).toEqual(['one', 'two']);
  expect(problems({ F: fileLines() }, { F: tmpdir() })).toEqual([
    expect.stringContaining('F is invalid: expected the path of a readable file'),
  ]);
});

test('variableNames returns the required and the optional variables', () => {
  expect(variableNames({ ...serviceVariables, EVENT_BUS_URL: serviceUrl() })).toEqual({
    required: ['EVENT_BUS_URL'],
    optional: ['DRAIN_SECONDS', 'HEALTH_PORT', 'LOG_LEVEL', 'PORT'],
  });
  expect(variableNames(databaseVariables)).toEqual({
    required: ['DATABASE_HOST', 'DATABASE_NAME', 'DATABASE_PASSWORD', 'DATABASE_USER'],
    optional: ['DATABASE_POOL', 'DATABASE_PORT', 'DATABASE_URL'],
  });
});
