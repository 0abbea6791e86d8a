import { composeFolder, service } from '../import';

const folder = composeFolder();
const { chartOf, statusOf } = folder;
const POSTGRES =
  '  db:\n    image: postgres:17\n    environment: { POSTGRES_USER: shop, POSTGRES_PASSWORD: word-of-shop, POSTGRES_DB: shop }\n';
const MYSQL =
  '  db:\n    image: mysql:8.4\n    environment: { MYSQL_USER: shop, MYSQL_PASSWORD: word-of-shop, MYSQL_ROOT_PASSWORD: word-of-root, MYSQL_DATABASE: shop }\n';

describe('MySQL and MariaDB', () => {
  const web = (environment: string, db = MYSQL) => service(`environment: { ${environment} }`, db);

  test('are databases of their engine', async () => {
    expect(await chartOf(web('', MYSQL))).toContain(
      "new Database(this, 'db', { engine: 'mysql', databaseName: 'shop' });",
    );
    const mariadb = MYSQL.replace('mysql:8.4', 'mariadb:11.4')
      .replaceAll('MYSQL_', 'MARIADB_')
      .replace('    environment', '    command: --max-connections=50 --bind-address=0.0.0.0\n    environment');
    expect(await chartOf(web('', mariadb))).toMatch(
      /engine: 'mariadb',\s+image: Image.of\('mariadb:11.4'\),\s+databaseName: 'shop',\s+settings: \{ max_connections: 50 \},/,
    );
    expect(await statusOf(web('', mariadb), 'services.db.command')).toEqual(
      expect.objectContaining({ status: 'approximated', why: 'The chart sets bind_address itself.' }),
    );
  });

  test('have the names of variables that the program reads, for root and for the owner', async () => {
    const text = await chartOf(
      web(
        'DB_HOST: "db:3306", DB_PORT: 3306, DB_USER: root, DB_PASSWORD: word-of-root, DB_NAME: shop, LOGIN_USER: root',
      ),
    );
    expect(text).toContain("env: { LOGIN_USER: 'root' }");
    expect(text).toContain('web.calls(db);');
    expect(await statusOf(web(''), 'services.db.environment.MYSQL_ROOT_PASSWORD')).toMatchObject({
      status: 'approximated',
      why: expect.stringContaining('log in as the owner'),
    });
  });

  test.each([
    [
      'mysql+pymysql://shop:word-of-shop@db/shop?charset=utf8mb4',
      'mysql+pymysql://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST):$(DATABASE_PORT)/$(DATABASE_NAME)?charset=utf8mb4',
    ],
    [
      'shop:word-of-shop@tcp(db:3306)/shop?parseTime=true',
      '$(DATABASE_USER):$(DATABASE_PASSWORD)@tcp($(DATABASE_HOST):$(DATABASE_PORT))/$(DATABASE_NAME)?parseTime=true',
    ],
    [
      'shop:word-of-shop@tcp(db:3306)/',
      '$(DATABASE_USER):$(DATABASE_PASSWORD)@tcp($(DATABASE_HOST):$(DATABASE_PORT))/',
    ],
  ])('%s is assembled in the pod', async (url, expected) => {
    expect(await chartOf(web(`URL: "${url}"`))).toContain(`URL: '${expected}'`);
  });

  test('a URL without a user is assembled, if another setting has the password', async () => {
    expect(await chartOf(web('URL: "jdbc:mariadb://db:3306/shop", DB_PASSWORD: word-of-shop'))).toContain(
      "URL: 'jdbc:mariadb://$(DB_HOST):$(DB_PORT)/$(DB_NAME)'",
    );
  });

  test('with a password in a file have a generated password', async () => {
    const db =
      MYSQL.replace('MYSQL_PASSWORD: word-of-shop', 'MYSQL_PASSWORD_FILE: /run/secrets/word') + '    secrets: [word]\n';
    const text = service(
      'secrets: [word]\nenvironment: { DB_HOST: db }',
      `${db}secrets:\n  word: { file: word.txt }\n`,
    );
    folder.put('word.txt', 'word-of-shop');
    expect(await chartOf(text)).toContain("files: { '/run/secrets/word': { secret: 'db', key: 'password' } }");
  });

  test('use UTC, and need a password', async () => {
    const zone = (name: string) =>
      web('', MYSQL.replace('MYSQL_USER', `TZ: ${name}, MYSQL_ALLOW_EMPTY_PASSWORD: "yes", MYSQL_USER`));
    expect(await statusOf(zone('Europe/Berlin'), 'services.db.environment.TZ')).toMatchObject({
      status: 'refused',
      runs: true,
    });
    expect(await statusOf(zone('Etc/UTC'), 'services.db.environment.TZ')).toMatchObject({ status: 'converted' });
    expect(await chartOf(zone('Europe/Berlin'))).not.toContain('Berlin');
    expect(await statusOf(zone('UTC'), 'services.db.environment.MYSQL_ALLOW_EMPTY_PASSWORD')).toMatchObject({
      status: 'refused',
      why: 'Each connection needs the password.',
    });
  });

  test('get the memory that they request', async () => {
    const reserved = (memory: string) =>
      web('', `${MYSQL}    deploy: { resources: { reservations: { memory: ${memory} } } }\n`);
    expect(await chartOf(reserved('2G'))).toContain("resources: { memory: '2Gi' }");
    expect(await chartOf(reserved('512M'))).toContain("resources: { memory: '512Mi' }");
    expect(await chartOf(web('', `${MYSQL}    mem_limit: 256m\n`))).toContain("resources: { memory: '256Mi' }");
    expect(await statusOf(web('', `${MYSQL}    mem_limit: 256m\n`), 'services.db.mem_limit')).toMatchObject({
      status: 'approximated',
      why: 'The memory limit follows from the connections of the callers. 256Mi is not enough.',
    });
    const large = web('', `${MYSQL}    mem_limit: 768m\n`);
    expect(await chartOf(large)).toContain("resources: { memoryLimit: '768Mi' }");
    expect(await statusOf(large, 'services.db.mem_limit')).toMatchObject({ status: 'converted' });
  });

  test('accept enough connections for a rollout of their callers', async () => {
    const mysql = (connections: number) =>
      web(
        'DB_HOST: db, DB_PASSWORD: word-of-shop',
        MYSQL.replace('    image', `    command: --max-connections=${connections}\n    image`),
      );
    expect(await chartOf(mysql(15))).not.toContain('max_connections');
    expect(await statusOf(mysql(15), 'services.db.command')).toMatchObject({
      status: 'approximated',
      why: 'max_connections follows from the pools of the callers: 15 are not enough for a rollout.',
    });
    expect(await chartOf(mysql(16))).toContain('settings: { max_connections: 16 }');
  });
});

test('a setting with the size of the pool becomes the option pool', async () => {
  const app = (settings: string) =>
    service(`environment: { DB_HOST: db, DB_USER: shop, DB_PASSWORD: word-of-shop, ${settings} }`, POSTGRES);
  const chart = await chartOf(app('DB_POOL: 7'));
  expect(chart).toContain('pool: 7');
  expect(chart).not.toContain('DB_POOL');
  expect(chart).toContain('web.calls(db)');
  expect(await statusOf(app('DB_POOL: 7'), 'services.web.environment.DB_POOL')).toMatchObject({
    status: 'converted',
    why: 'The option pool sets it.',
  });
  // Another meaning of the same name: the variables of the call get another prefix.
  const other = await chartOf(app('DB_POOL: lazy'));
  expect(other).toContain("DB_POOL: 'lazy'");
  expect(other).not.toMatch(/pool: |web\.calls\(db\)/);
});

describe('the SQL of a first start', () => {
  const mounted = (db: string, source: string) =>
    service(
      '',
      `${db}    volumes: ["${source}:/docker-entrypoint-initdb.d/${source.endsWith('.sql') ? 'a.sql' : ''}"]\n`,
    );

  test.each([
    ['CREATE TABLE a (b int);\nCREATE EXTENSION IF NOT EXISTS "uuid-ossp";\nALTER TABLE a OWNER TO shop;\n', POSTGRES],
    ['CREATE TABLE people (\n  name varchar(80),\n  password varchar(80)\n);\nINSERT INTO a VALUES (1);\n', MYSQL],
  ])('runs as the owner: %j', async (sql, db) => {
    folder.put('init/a.sql', sql);
    for (const source of ['./init/a.sql', './init'])
      expect(await chartOf(mounted(db, source))).toMatch(/initialSql: \{ file: '.*init\/a\.sql' \}/);
  });

  test.each([
    [
      'a user',
      'CREATE TABLE a (b int);\n create user other;\nGRANT ALL ON a TO other;\nALTER TABLE a OWNER TO other;\n',
    ],
    ['an extension', 'CREATE EXTENSION postgis;\n'],
    ['another database', 'CREATE DATABASE other;\n'],
  ])('makes %s, because the user of PostgreSQL has all rights', async (_what, sql) => {
    folder.put('rights.sql', sql);
    expect(await chartOf(mounted(POSTGRES, './rights.sql'))).toMatch(/superuser: true,\s+initialSql: \{ file/);
  });

  test.each([
    ['a command of psql', '\\c shop\n', POSTGRES],
    ['rights', 'GRANT ALL ON a TO other;\n', POSTGRES],
    ['a table of another owner', 'ALTER TABLE a OWNER TO postgres;\n', POSTGRES],
    ['another database', 'CREATE DATABASE other;\n', MYSQL],
    ['another schema, which is a database in MySQL', 'CREATE SCHEMA other;\n', MYSQL],
    ['a command of the client mysql', 'DELIMITER //\n', MYSQL],
    ['a password of the compose file', "INSERT INTO logins VALUES ('word-of-shop');\n", POSTGRES],
    ['a secret', "INSERT INTO keys VALUES ('AKIAABCDEFGHIJKLMNOP');\n", MYSQL],
  ])('with %s runs as in Docker', async (_what, sql, db) => {
    folder.put('other.sql', sql);
    const text = mounted(db, './other.sql');
    const chart = await chartOf(text);
    expect(chart).toContain("new Microservice(this, 'db', {");
    expect(chart).toMatch(/'\/docker-entrypoint-initdb.d\/a.sql': \{ (file|secret): /);
    expect(await statusOf(text, 'services.db.volumes[0]')).toMatchObject({
      status: expect.stringMatching(/^(converted|approximated)$/),
    });
  });

  test('is one file', async () => {
    for (const name of ['two/a.sql', 'two/b.sql', 'shell/a.sh']) folder.put(name, 'SELECT 1;\n');
    for (const source of ['./two', './shell', './none'])
      expect(await chartOf(mounted(POSTGRES, source))).not.toContain('initialSql');
  });
});

describe('a database with other settings than in the chart', () => {
  const INCOMPLETE = '  db:\n    image: docker.io/library/postgres:16\n';

  test('gets its settings from the variables with the prefix of its host', async () => {
    const text = service(
      'environment: { DB_HOST: db, DB_USER: shopkeeper, DB_NAME: shop_production, DB_PASS: "", OTHER_USER: somebody }',
      INCOMPLETE,
    );
    expect(
      await chartOf(service('environment: { DB_HOSTNAME: db, DB_USERNAME: shopkeeper, DB_DATABASE: x }', INCOMPLETE)),
    ).toMatch(/env: \{ DB_HOSTNAME: 'db', DB_USERNAME: '\$\(DATABASE_USER\)', DB_DATABASE: '\$\(DATABASE_NAME\)' \}/);
    expect(await chartOf(text)).toMatch(
      /env: \{ DB_PASS: \{ secret: 'db', key: 'password' \}, OTHER_USER: 'somebody' \},/,
    );
    expect(await chartOf(text)).toContain('web.calls(db);');
    expect(await statusOf(text, 'services.web.environment.DB_USER')).toMatchObject({
      status: 'approximated',
      why: expect.stringContaining('are both called db'),
    });
    expect(
      await chartOf(service('environment: { DB_HOST: db, DB_PASSWORD: /run/secrets/word }', INCOMPLETE)),
    ).toContain("DB_PASSWORD: '/run/secrets/word'");
  });

  test('has the short name of an official image', async () => {
    expect(await chartOf(service('', INCOMPLETE))).toContain("image: Image.of('postgres:16')");
    expect(await chartOf(service('', INCOMPLETE.replace(':16', '')))).not.toContain("image: Image.of('postgres");
  });

  test.each([
    ['environment: { DB_HOST: db, DB_PASSWORD: word-of-shop }', true],
    ['environment: { URL: "ecto://shop:word-of-shop@db/shop" }', true],
    ['environment: { RESULTS: "db+postgresql://shop:word-of-shop@db/shop" }', true],
    ['depends_on: [db]\ncommand: serve --password word-of-shop', true],
    ['environment: { DB_HOST: db }', false],
    ['depends_on: [db]', false],
    ['links: ["db:database"]', false],
    ['environment: { DB_URL: "jdbc:postgresql://db/shop" }', false],
  ])('%s: it has a generated password if the program reads it: %p', async (keys, isRead) => {
    const chart = await chartOf(service(keys, POSTGRES));
    expect(chart).toContain(isRead ? "new Database(this, 'db'" : "new Microservice(this, 'db'");
    if (isRead) return;
    // As in Docker: the same user, database and password, on a folder of a claim.
    expect(chart).toContain("POSTGRES_USER: 'shop'");
    expect(chart).toContain("POSTGRES_PASSWORD: { secret: 'db', key: 'POSTGRES_PASSWORD', existing: true }");
    expect(chart).toContain("PGDATA: '/var/lib/postgresql/data/pgdata'");
    expect(chart).not.toContain('word-of-shop');
  });

  test('keeps its user, unless every program reads the user too', async () => {
    const owner = POSTGRES.replace('USER: shop', 'USER: owner');
    const of = (environment: string) => chartOf(service(`environment: { ${environment} }`, owner));
    expect(await of('DB_HOST: db, DB_PASSWORD: word-of-shop')).toContain("new Microservice(this, 'db'");
    expect(await of('DB_HOST: db, DB_PASSWORD: word-of-shop, DB_USER: owner')).toContain("new Database(this, 'db'");
    // The scheme of a URL is not the name of a user.
    const postgres = POSTGRES.replace('POSTGRES_USER: shop, ', '');
    const url = (user: string) => service(`environment: { URL: "postgres://${user}word-of-shop@db/shop" }`, postgres);
    expect(await chartOf(url('postgres:'))).toContain("new Database(this, 'db'");
    expect(await chartOf(url('else:'))).toContain("new Microservice(this, 'db'");
  });

  test.each([
    ['postgres:alpine', 'postgres:17-alpine', 70],
    ['docker.io/library/postgres', 'postgres:17', 999],
  ])('%s without a version is %s, with the user of that image', async (image, expected, user) => {
    const chart = await chartOf(service('depends_on: [db]', POSTGRES.replace('postgres:17', image)));
    expect(chart).toContain(`image: Image.of('${expected}')`);
    expect(chart).toContain(`user: ${user},`);
  });

  test('is open to everybody only as in Docker', async () => {
    const open = '  db:\n    image: postgres:16\n    environment: { POSTGRES_HOST_AUTH_METHOD: trust }\n';
    expect(await chartOf(service('depends_on: [db]', open))).toContain("POSTGRES_HOST_AUTH_METHOD: 'trust'");
    expect(await chartOf(service('', open))).toContain("new Database(this, 'db'");
  });

  test('in a console, a person types the password', async () => {
    const text = `services:\n  web:\n    image: adminer:5\n    depends_on: [db]\n${POSTGRES}`;
    expect(await chartOf(text)).toContain("new Database(this, 'db'");
  });

  test.each([
    ['a mount of settings', '    volumes: ["./my.conf:/etc/postgresql/postgresql.conf"]\n'],
    ['a command of its own', '    command: [bash, -c, "postgres & wait"]\n'],
    ['an entrypoint', '    entrypoint: [/start.sh]\n'],
    ['arguments of initdb', '    env_file: initdb.env\n'],
    ['a tmpfs', '    tmpfs: /scratch\n'],
  ])('with %s runs as in Docker', async (_what, keys) => {
    folder.put('my.conf', 'shared_buffers = 1GB\n');
    folder.put('initdb.env', 'POSTGRES_INITDB_ARGS=--data-checksums\n');
    expect(await chartOf(service('', `${POSTGRES}${keys}`))).toContain("new Microservice(this, 'db'");
  });

  test('can share an env file with other services', async () => {
    folder.put(
      'all.env',
      'NODE_ENV=production\nPOSTGRES_PASSWORD=word-of-shop\nPOSTGRES_WHATEVER=1\nLANG=de_DE.utf8\n',
    );
    const { report } = await folder.import(
      service('env_file: all.env', '  db:\n    image: postgres:17\n    env_file: all.env\n'),
    );
    const status = Object.fromEntries(
      report.filter(({ file }) => file.endsWith('all.env')).map((entry) => [entry.path, entry.status]),
    );
    expect(status).toMatchObject({ NODE_ENV: 'converted', POSTGRES_WHATEVER: 'refused', LANG: 'refused' });
  });
});
