import { Client } from 'pg';

const client = new Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query("CREATE TABLE goods (name text); INSERT INTO goods VALUES ('lamp'), ('chair')");
await client.end();
console.log('migrated');
