import { createServer } from 'node:http';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
pool.on('error', ({ message }) => console.error(message));

createServer((request, response) => {
  pool.query("SELECT title FROM books ORDER BY similarity(title, 'castel') DESC LIMIT 1").then(
    ({ rows: [{ title }] }) => response.end(title),
    (error) => response.writeHead(500).end(error.message),
  );
}).listen(3000);
process.on('SIGTERM', () => process.exit());
