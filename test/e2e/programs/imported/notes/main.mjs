// Keeps a note for each POST: a row in the database, and a line in the journal.
import { appendFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Pool } from 'pg';

const { DATABASE_URL, ADMIN_TOKEN, JOURNAL } = process.env;
const database = new Pool({ connectionString: DATABASE_URL, connectionTimeoutMillis: 2_000 });
database.on('error', ({ message }) => console.error(message));

async function answer({ method, url, headers }) {
  if (url === '/health') return database.query('SELECT 1').then(() => [200]);
  if (headers.authorization !== `Bearer ${ADMIN_TOKEN}`) return [401];
  if (method === 'POST') {
    const {
      rows: [{ id }],
    } = await database.query("INSERT INTO notes (text) VALUES ('from a visitor') RETURNING id");
    await appendFile(JOURNAL, `${id}\n`);
  }
  const { rows } = await database.query('SELECT id, text FROM notes ORDER BY id');
  const journal = await readFile(JOURNAL, 'utf8').catch(() => '');
  return [200, { notes: rows, journal: journal.split('\n').filter(Boolean) }];
}

createServer((request, response) => {
  answer(request).then(
    ([status, body]) => response.writeHead(status).end(JSON.stringify(body)),
    (error) => response.writeHead(503).end(error.message),
  );
}).listen(4000);
process.on('SIGTERM', () => process.exit());
