import type { CallerRole, RolePlan } from '../../../src/constructs/database/roles/role-plan';
import { CallsignError } from '../../../src/problems/problem';
import { ask, TestServers } from './server';

// A real PostgreSQL, and the SQL that the Job in a cluster runs.

jest.setTimeout(120_000);

const role = (name: string): CallerRole => ({ name, secret: `db.${name}` });
const shared: RolePlan = { owner: 'shop', roles: [], grants: [], sharesOwnerTables: true };
const roles = (...names: string[]): RolePlan => ({
  owner: 'shop',
  roles: names.map((name) => role(name)),
  grants: [],
  sharesOwnerTables: false,
});

let servers: TestServers;
beforeEach(() => {
  servers = new TestServers();
});
afterEach(() => servers.remove());

/** Starts the server with these roles, runs the statements, and stops it. A later start has the same data. */
async function during<T>(plan: RolePlan, run: (as: (user: string, sql: string) => Promise<unknown>) => Promise<T>) {
  const server = await servers.server({ roles: plan });
  await server.start();
  const result = await run((user, sql) =>
    ask(server.port, user, user === 'shop' ? 'of the shop' : `of ${user}`, sql).catch((error: Error) => error.message),
  );
  await server.stop();
  return result;
}

test('comments cannot read the rows of posts; with one shared role it could', async () => {
  const secret = 'SELECT title FROM posts.posts';
  await during(roles('posts', 'comments'), async (as) => {
    await as('posts', "CREATE TABLE posts (title text); INSERT INTO posts VALUES ('secret')");
    expect(await as('posts', secret)).toEqual(['secret']);
    expect(await as('comments', secret)).toBe('permission denied for schema posts');
    expect(await as('comments', 'INSERT INTO posts.posts VALUES (1)')).toBe('permission denied for schema posts');
    expect(await as('comments', 'SET ROLE posts')).toBe('permission denied to set role "posts"');
    expect(await as('comments', 'SET ROLE shop')).toBe('permission denied to set role "shop"');
    expect(await as('comments', 'CREATE TABLE public.decoy (a int)')).toBe('permission denied for schema public');
    expect(await as('comments', 'CREATE TABLE posts.decoy (a int)')).toBe('permission denied for schema posts');
    // The negative control: the owner can.
    expect(await as('shop', secret)).toEqual(['secret']);
  });
});

test('grants to read and to write also hold for later tables, and end when the charts drop them', async () => {
  const plan = roles('posts', 'comments', 'reports');
  const grants: RolePlan['grants'] = [
    { role: 'reports', right: 'read', of: 'posts' },
    { role: 'comments', right: 'write', of: 'posts' },
  ];
  const refused = 'permission denied for table later';
  await during({ ...plan, grants }, async (as) => {
    await as('posts', 'CREATE TABLE later (id int GENERATED ALWAYS AS IDENTITY, a int)');
    expect(await as('comments', 'INSERT INTO posts.later (a) VALUES (7) RETURNING id')).toEqual([1]);
    expect(await as('reports', 'SELECT a FROM posts.later')).toEqual([7]);
    expect(await as('reports', 'DELETE FROM posts.later')).toBe(refused);
    expect(await as('comments', 'DROP TABLE posts.later')).toBe('must be owner of table later');
    expect(await as('reports', 'CREATE TABLE posts.more (a int)')).toBe('permission denied for schema posts');
  });
  await during({ ...plan, grants: [{ role: 'comments', right: 'read', of: 'posts' }] }, async (as) => {
    await as('posts', 'CREATE TABLE latest (a int)');
    expect(await as('comments', 'SELECT a FROM posts.later')).toEqual([7]);
    expect(await as('comments', 'INSERT INTO posts.later (a) VALUES (8)')).toBe(refused);
    expect(await as('comments', 'INSERT INTO posts.latest VALUES (8)')).toBe('permission denied for table latest');
    expect(await as('reports', 'SELECT a FROM posts.later')).toBe('permission denied for schema posts');
  });
});

test('a grant to the tables of the owner', async () => {
  const sharesOwnerTables = true;
  const grants: RolePlan['grants'] = [{ role: 'reports', right: 'read', of: 'shop' }];
  await during({ ...roles('cart', 'reports'), grants, sharesOwnerTables }, async (as) => {
    await as('shop', 'CREATE TABLE orders (a int); INSERT INTO orders VALUES (1)');
    expect(await as('reports', 'SELECT a FROM orders')).toEqual([1]);
    expect(await as('cart', 'SELECT a FROM orders')).toBe('permission denied for table orders');
  });
});

test('an existing installation: a role gets everything in its schema, and programs with the old user continue', async () => {
  await during(shared, async (as) => {
    for (const statement of [
      'CREATE SCHEMA posts',
      'CREATE TABLE posts.posts (id serial PRIMARY KEY, title text)',
      "INSERT INTO posts.posts (title) VALUES ('old')",
      'CREATE VIEW posts.titles AS SELECT title FROM posts.posts',
      'CREATE SEQUENCE posts.numbers',
      "CREATE TYPE posts.state AS ENUM ('new')",
      "CREATE FUNCTION posts.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      'CREATE TABLE posts.log (n int) PARTITION BY RANGE (n)',
      'CREATE TABLE posts.log_1 PARTITION OF posts.log FOR VALUES FROM (0) TO (10)',
      'CREATE EXTENSION citext SCHEMA posts',
    ])
      expect(await as('shop', statement)).toEqual([]);
  });
  await during(roles('posts', 'comments'), async (as) => {
    for (const statement of [
      'ALTER TABLE posts ADD extra int',
      'ALTER VIEW titles RENAME TO headlines',
      'DROP SEQUENCE numbers',
      "ALTER TYPE state ADD VALUE 'done'",
      'DROP FUNCTION one()',
      'CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (10) TO (20)',
      'ALTER TABLE log_1 SET (fillfactor = 50)',
    ])
      expect(await as('posts', statement)).toEqual([]);
    expect(await as('posts', "INSERT INTO posts (title) VALUES ('new') RETURNING id")).toEqual([2]);
    expect(await as('shop', "INSERT INTO posts.posts (title) VALUES ('of an old pod') RETURNING id")).toEqual([3]);
    await as('shop', 'CREATE TABLE posts.by_an_old_pod (a int)');
    expect(await as('posts', 'INSERT INTO by_an_old_pod VALUES (1) RETURNING a')).toEqual([1]);
    expect(await as('comments', 'SELECT title FROM posts.posts')).toBe('permission denied for schema posts');
  });
  // The negative control: without its membership in the role, an old pod would fail.
  const server = await servers.server({ roles: roles('posts', 'comments') });
  await server.start();
  await ask(server.port, 'postgres', 'root', 'REVOKE posts FROM shop');
  await expect(ask(server.port, 'shop', 'of the shop', 'SELECT title FROM posts.posts')).rejects.toThrow(
    'permission denied for schema posts',
  );
  await server.stop();
  // A second run also moves what old pods created.
  await during(roles('posts', 'comments'), async (as) => {
    expect(await as('posts', 'ALTER TABLE by_an_old_pod ADD b int')).toEqual([]);
  });
});

test('the move of a table to the schema of its caller: programs with the old user continue through a view', async () => {
  await during(shared, async (as) => {
    await as('shop', 'CREATE TABLE totals (id serial PRIMARY KEY, a int UNIQUE); INSERT INTO totals (a) VALUES (1)');
    for (const statement of [
      'CREATE SCHEMA reports',
      'ALTER TABLE public.totals SET SCHEMA reports',
      'CREATE VIEW public.totals AS SELECT * FROM reports.totals',
    ])
      expect(await as('shop', statement)).toEqual([]);
  });
  await during(roles('cart', 'reports'), async (as) => {
    expect(await as('shop', 'INSERT INTO totals (a) VALUES (2) ON CONFLICT DO NOTHING RETURNING id')).toEqual([2]);
    expect(await as('reports', 'UPDATE totals SET a = 3 WHERE a = 1 RETURNING id')).toEqual([1]);
    expect(await as('shop', 'SELECT a FROM totals ORDER BY a')).toEqual([2, 3]);
    expect(await as('cart', 'SELECT a FROM totals')).toBe('permission denied for view totals');
    expect(await as('shop', 'DROP VIEW public.totals')).toEqual([]);
  });
});

/** Each entry: the obstacle, SQL as superuser in an installation without roles, and the message. */
const OBSTACLES: [obstacle: string, sql: string[], message: string][] = [
  [
    'tables of the owner that no caller may use',
    ['SET ROLE shop', 'CREATE TABLE public.orders (a int)'],
    'The table public.orders belongs to the owner of the database, and no caller may use it.',
  ],
  ['a role of somebody else', ['CREATE ROLE posts'], 'The role posts exists, but it is not the role of a caller.'],
  [
    'a schema of somebody else',
    ['CREATE ROLE other', 'CREATE SCHEMA posts AUTHORIZATION other'],
    'The schema posts belongs to the role other.',
  ],
];

test.each(OBSTACLES)('%s: nothing changes, and the message says why', async (_, statements, message) => {
  const first = await servers.server({ roles: shared });
  await first.start();
  await ask(first.port, 'postgres', 'root', statements.join(';'));
  await first.stop();
  const second = await servers.server({ roles: roles('posts', 'comments') });
  const refused: unknown = await second.start().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CallsignError);
  expect((refused as CallsignError).problems[0]!.message).toContain(message);
  await during(shared, async (as) => {
    expect(await as('shop', "SELECT rolname FROM pg_roles WHERE rolname = 'comments'")).toEqual([]);
  });
});

test('a caller that left the charts loses its login and keeps its rows; if it returns, it has both', async () => {
  await during(roles('posts', 'comments', 'reports'), async (as) => {
    await as('reports', 'CREATE TABLE totals (a int); INSERT INTO totals VALUES (5)');
  });
  await during(roles('posts', 'comments'), async (as) => {
    expect(await as('reports', 'SELECT 1')).toBe('role "reports" is not permitted to log in');
    expect(await as('shop', 'SELECT a FROM reports.totals')).toEqual([5]);
  });
  await during(roles('posts', 'comments', 'reports'), async (as) => {
    expect(await as('reports', 'SELECT a FROM totals')).toEqual([5]);
  });
});

test('the log of the server contains no password', async () => {
  const lines: string[] = [];
  const server = await servers.server({
    roles: roles('posts'),
    args: ['-c', 'log_statement=all'],
    onLine: (line) => lines.push(line),
  });
  await server.start();
  await ask(server.port, 'posts', 'of posts', 'SELECT 1');
  await server.stop();
  expect(lines.join('\n')).toContain('SELECT 1');
  expect(lines.join('\n')).not.toContain('of posts');
});
