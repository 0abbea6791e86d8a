// The programs of the step `tasks`: a shop with one table, its migrations, and a caller that counts failed requests.
const { createServer } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');

const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD, PORT, SHOP_URL, VERSION } =
  process.env;
const [mode] = process.argv.slice(1);
const pool = () =>
  new (require('pg').Pool)({
    host: DATABASE_HOST,
    port: Number(DATABASE_PORT),
    database: DATABASE_NAME,
    user: DATABASE_USER,
    password: DATABASE_PASSWORD,
  });
/** Serves requests, and ends without cutting one off. */
const answer = (handle) => {
  const server = createServer((request, response) => {
    handle(request)
      .catch((error) => ({ error: error.message }))
      .then((body) => {
        response.writeHead(body.error ? 500 : 200, { connection: 'close' });
        response.end(JSON.stringify(body));
      });
  }).listen(Number(PORT));
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
};

/** Each version of the table. A migration records when it began and ended. */
const MIGRATIONS = {
  1: `CREATE TABLE IF NOT EXISTS runs (version text, began timestamptz, ended timestamptz);
      CREATE TABLE items (id int PRIMARY KEY, title text);
      INSERT INTO items VALUES (1, 'pen')`,
  broken: 'ALTER TABLE missing ADD COLUMN stock int',
  2: 'ALTER TABLE items ADD COLUMN stock int NOT NULL DEFAULT 7',
  slow: 'SELECT pg_sleep(12)',
  next: 'SELECT 1',
  last: 'SELECT 2',
};

const modes = {
  async serve() {
    const database = pool();
    const columns = VERSION === '1' ? 'title' : 'title, stock';
    answer(async () => (await database.query(`SELECT ${columns} FROM items`)).rows[0]);
  },
  async migrate() {
    const database = pool();
    const began = new Date();
    await database.query(MIGRATIONS[VERSION]);
    await database.query('INSERT INTO runs VALUES ($1, $2, now())', [VERSION, began]);
    await database.end();
    console.log(`migrated to ${VERSION}`);
  },
  async report() {
    const database = pool();
    await database.query('CREATE TABLE IF NOT EXISTS reports (at timestamptz DEFAULT now())');
    await database.query('INSERT INTO reports DEFAULT VALUES');
    await database.end();
  },
  /** Sends requests all the time. Answers with their number. */
  async call() {
    const counts = { sent: 0, failed: 0, bodies: {} };
    answer(async () => counts);
    // Only what happens after the first answer counts.
    while (!(await fetch(SHOP_URL).catch(() => undefined))?.ok) await sleep(200);
    for (;;) {
      const body = await fetch(SHOP_URL).then(
        async (response) => (response.ok ? response.text() : undefined),
        () => undefined,
      );
      counts.sent++;
      if (body === undefined) counts.failed++;
      else counts.bodies[body] = (counts.bodies[body] ?? 0) + 1;
      await sleep(20);
    }
  },
};

modes[mode]().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
