import { createServer } from 'node:http';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
// The table must be there: this program does not wait for it.
await pool.query('SELECT FROM goods');

createServer((request, response) => {
  pool.query('SELECT name FROM goods ORDER BY name').then(
    ({ rows }) => response.end(rows.map(({ name }) => name).join()),
    (error) => response.writeHead(500).end(error.message),
  );
}).listen(3000);
process.on('SIGTERM', () => process.exit());
