import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, Image } from '../../../src/index';
import { chart, objectsOf, problemsOf } from '../render';

const folder = mkdtempSync(join(tmpdir(), 'callsign-sql-'));
const large = join(folder, 'large.sql');
beforeAll(() => writeFileSync(large, '-'.repeat(300_000)));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each entry: the error, the expected code and field, the options of the database, and its id if it is not `db`. */
const BROKEN: [error: string, code: string, field: string, options: object, id?: string][] = [
  ['an unknown engine', 'database-invalid', 'engine', { engine: 'oracle' }],
  ['an engine with the name of an object property', 'database-invalid', 'engine', { engine: 'toString' }],
  ['a database named as the superuser', 'name-taken', 'databaseName', {}, 'postgres'],
  ['a database named as a system role', 'name-taken', 'databaseName', { databaseName: 'pg_orders' }],
  ['the system database of MySQL', 'name-taken', 'databaseName', { engine: 'mysql' }, 'mysql'],
  ['the superuser of MariaDB', 'name-taken', 'databaseName', { engine: 'mariadb', databaseName: 'root' }],
  [
    'a name that is too long for a user of MySQL',
    'name-invalid',
    'databaseName',
    { engine: 'mysql', databaseName: 'a'.repeat(33) },
  ],
  ['a name that is too long for PostgreSQL', 'name-invalid', 'databaseName', { databaseName: 'a'.repeat(64) }],
  ['another port', 'database-invalid', 'settings.port', { settings: { port: 5433 } }],
  [
    'another folder for the data',
    'database-invalid',
    'settings.datadir',
    { engine: 'mysql', settings: { datadir: '/data' } },
  ],
  [
    'a setting with a space',
    'name-invalid',
    'settings.max connections',
    { engine: 'mariadb', settings: { 'max connections': 1 } },
  ],
  ['no connections', 'database-invalid', 'settings.max_connections', { settings: { max_connections: 0 } }],
  [
    'half a connection',
    'database-invalid',
    'settings.max-connections',
    { engine: 'mysql', settings: { 'max-connections': 1.5 } },
  ],
  ['minus one connection of others', 'database-invalid', 'otherConnections', { otherConnections: -1 }],
  ['root', 'database-invalid', 'user', { user: 0 }],
  ['a superuser of MariaDB', 'database-invalid', 'superuser', { superuser: true, engine: 'mariadb' }],
  ['a superuser of several instances', 'database-invalid', 'superuser', { superuser: true, instances: 3 }],
  ['zero instances', 'database-invalid', 'instances', { instances: 0 }],
  ['half an instance', 'database-invalid', 'instances', { instances: 2.5 }],
  ['several instances of MariaDB', 'database-invalid', 'instances', { engine: 'mariadb', instances: 3 }],
  [
    'the image of a single server for several instances',
    'database-invalid',
    'image',
    { instances: 3, image: Image.of('postgres:17.2') },
  ],
  [
    'a setting of the operator',
    'database-invalid',
    'settings.wal_level',
    { instances: 3, settings: { wal_level: 'logical' } },
  ],
  ['SQL that is a number', 'database-invalid', 'initialSql', { initialSql: 7 }],
  ['SQL in a file without a name', 'database-invalid', 'initialSql', { initialSql: {} }],
  ['SQL in a file that does not exist', 'file-missing', 'initialSql.file', { initialSql: { file: 'db/gone.sql' } }],
  ['SQL in a folder', 'file-missing', 'initialSql.file', { initialSql: { file: folder } }],
  ['too much SQL', 'file-missing', 'initialSql', { initialSql: '-'.repeat(300_000) }],
  ['a file with too much SQL', 'file-missing', 'initialSql.file', { initialSql: { file: large } }],
  ['an invalid schedule', 'cron-invalid', 'backup.schedule', { backup: { schedule: '03:00' } }],
  ['a schedule that matches no date', 'cron-invalid', 'backup.schedule', { backup: { schedule: '0 3 31 2 *' } }],
  ['an unknown time zone', 'schedule-invalid', 'backup.timeZone', { backup: { timeZone: 'Europe/Bonn' } }],
  ['zero dumps kept', 'database-invalid', 'backup.keep', { backup: { keep: 0 } }],
  ['half a dump kept', 'database-invalid', 'backup.keep', { backup: { keep: 1.5 } }],
  ['a claim for dumps of size zero', 'quantity-invalid', 'backup.storage', { backup: { storage: '0' } }],
  ['a memory request of zero', 'quantity-invalid', 'resources.memory', { engine: 'mysql', resources: { memory: '0' } }],
  [
    'a memory request above the limit of MySQL',
    'limit-below-request',
    'resources.memoryLimit',
    { engine: 'mysql', resources: { memory: '2Gi', memoryLimit: '1Gi' } },
  ],
];

test.each(BROKEN)('%s', (_error, code, field, options, id = 'db') => {
  const problems = problemsOf(chart((scope) => new Database(scope, id, options)));
  expect(problems.map((problem) => [problem.code, problem.field])).toContainEqual([code, field]);
  const problem = problems.find((candidate) => candidate.code === code)!;
  expect(problem).toMatchObject({ path: `shop/${id}`, place: { file: 'test/constructs/database/problems.test.ts' } });
  expect([problem.message, problem.fix].every((sentence) => /^[A-Z].*\.$/s.test(sentence))).toBe(true);
});

test('valid options that are similar to invalid ones are accepted', () => {
  const fine: [string, object][] = [
    ['a', { engine: 'mysql', databaseName: 'a'.repeat(32) }],
    ['mariadb', { engine: 'mariadb' }],
    ['c', { initialSql: ' \n' }],
    ['d', { instances: 2, image: Image.of('registry.example.com/postgres-cnpg:17') }],
    ['e', { settings: { wal_level: 'logical', shared_preload_libraries: 'pg_stat_statements' } }],
    ['f', { image: Image.of('postgres:17-alpine'), user: 70 }],
    ['g', { backup: {} }],
  ];
  expect(
    objectsOf(chart((scope) => fine.map(([id, options]) => new Database(scope, id, options)))).length,
  ).toBeGreaterThan(fine.length);
});

test('the compiler rejects wrong types', () => {
  const problems = problemsOf(
    chart((scope) => {
      // @ts-expect-error -- an unknown engine
      new Database(scope, 'a', { engine: 'postgresql' });
      // @ts-expect-error -- an unknown option
      new Database(scope, 'b', { backup: { every: 'night' }, keep: -1 });
      // @ts-expect-error -- SQL that is not a text
      new Database(scope, 'c', { initialSql: ['CREATE TABLE a (id int)'] });
    }),
  );
  expect(problems.length).toBeGreaterThan(0);
});
