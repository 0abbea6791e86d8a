import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database, Image } from '../../../src/index';
import { chart, objectsOf, problemsOf } from '../render';

const folder = mkdtempSync(join(tmpdir(), 'callsign-sql-'));
const large = join(folder, 'large.sql');
beforeAll(() => writeFileSync(large, '-'.repeat(300_000)));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each entry: what is wrong, the code, the option it is told at, and the options that do it; the id where that is what is wrong. */
const BROKEN: [what: string, code: string, field: string, options: object, id?: string][] = [
  ['an engine that is none', 'database-invalid', 'engine', { engine: 'oracle' }],
  ['an engine that every object has', 'database-invalid', 'engine', { engine: 'toString' }],
  ['a database named as the superuser', 'name-taken', 'databaseName', {}, 'postgres'],
  ['a database named as a system role', 'name-taken', 'databaseName', { databaseName: 'pg_orders' }],
  ["MySQL's own database", 'name-taken', 'databaseName', { engine: 'mysql' }, 'mysql'],
  ["MariaDB's own user", 'name-taken', 'databaseName', { engine: 'mariadb', databaseName: 'root' }],
  [
    'a name that is too long for a user of MySQL',
    'name-invalid',
    'databaseName',
    { engine: 'mysql', databaseName: 'a'.repeat(33) },
  ],
  ['a name that is too long for PostgreSQL', 'name-invalid', 'databaseName', { databaseName: 'a'.repeat(64) }],
  ['another port', 'database-invalid', 'settings.port', { settings: { port: 5433 } }],
  [
    'another place for the data',
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
  ['root', 'database-invalid', 'user', { user: 0 }],
  ['no instance', 'database-invalid', 'instances', { instances: 0 }],
  ['half an instance', 'database-invalid', 'instances', { instances: 2.5 }],
  ['several instances of MariaDB', 'database-invalid', 'instances', { engine: 'mariadb', instances: 3 }],
  [
    "the single server's image for several instances",
    'database-invalid',
    'image',
    { instances: 3, image: Image.of('postgres:17.2') },
  ],
  [
    "an operator's setting",
    'database-invalid',
    'settings.wal_level',
    { instances: 3, settings: { wal_level: 'logical' } },
  ],
  ['SQL that is a number', 'database-invalid', 'initialSql', { initialSql: 7 }],
  ['SQL in a file without a name', 'database-invalid', 'initialSql', { initialSql: {} }],
  ['SQL in a file that is not there', 'file-missing', 'initialSql.file', { initialSql: { file: 'db/gone.sql' } }],
  ['SQL in a folder', 'file-missing', 'initialSql.file', { initialSql: { file: folder } }],
  ['more SQL than can be applied', 'file-missing', 'initialSql', { initialSql: '-'.repeat(300_000) }],
  ['a file with more SQL than can be applied', 'file-missing', 'initialSql.file', { initialSql: { file: large } }],
  ['a schedule that is none', 'cron-invalid', 'backup.schedule', { backup: { schedule: '03:00' } }],
  ['a schedule that no calendar has', 'cron-invalid', 'backup.schedule', { backup: { schedule: '0 3 31 2 *' } }],
  ['a time zone that is none', 'schedule-invalid', 'backup.timeZone', { backup: { timeZone: 'Europe/Bonn' } }],
  ['no dump kept', 'database-invalid', 'backup.keep', { backup: { keep: 0 } }],
  ['half a dump kept', 'database-invalid', 'backup.keep', { backup: { keep: 1.5 } }],
  ['no room for dumps', 'quantity-invalid', 'backup.storage', { backup: { storage: '0' } }],
  ['no memory', 'quantity-invalid', 'resources.memory', { engine: 'mysql', resources: { memory: '0' } }],
  [
    "more memory than MySQL's limit",
    'limit-below-request',
    'resources.memoryLimit',
    { engine: 'mysql', resources: { memory: '2Gi' } },
  ],
];

test.each(BROKEN)('%s', (_what, code, field, options, id = 'db') => {
  const problems = problemsOf(chart((scope) => new Database(scope, id, options)));
  expect(problems.map((problem) => [problem.code, problem.field])).toContainEqual([code, field]);
  const problem = problems.find((candidate) => candidate.code === code)!;
  expect(problem).toMatchObject({ path: `shop/${id}`, place: { file: 'test/constructs/database/problems.test.ts' } });
  expect([problem.message, problem.fix].every((sentence) => /^[A-Z].*\.$/s.test(sentence))).toBe(true);
});

test('what only looks like a mistake is none', () => {
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

test('what the compiler can see does not compile', () => {
  const problems = problemsOf(
    chart((scope) => {
      // @ts-expect-error -- an engine that is none
      new Database(scope, 'a', { engine: 'postgresql' });
      // @ts-expect-error -- an option that is none
      new Database(scope, 'b', { backup: { every: 'night' }, keep: -1 });
      // @ts-expect-error -- SQL that is none
      new Database(scope, 'c', { initialSql: ['CREATE TABLE a (id int)'] });
    }),
  );
  expect(problems.length).toBeGreaterThan(0);
});
