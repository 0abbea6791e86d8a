import { createServer } from 'node:http';
import { Pool } from 'pg';

const pool = new Pool({ connectionString: 'postgres://postgres:postgres@db/postgres' });
pool.on('error', ({ message }) => console.error(message));

createServer((request, response) => {
  pool.query('SELECT current_user AS name, current_database() AS database').then(
    ({ rows: [{ name, database }] }) => response.end(`${name} in ${database}`),
    (error) => response.writeHead(500).end(error.message),
  );
}).listen(3000);
process.on('SIGTERM', () => process.exit());
