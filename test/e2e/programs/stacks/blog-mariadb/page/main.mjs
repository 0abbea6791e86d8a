import { createServer } from 'node:http';
import { createPool } from 'mysql2/promise';

const { BLOG_DB_HOST: host, BLOG_DB_USER: user, BLOG_DB_PASSWORD: password, BLOG_DB_NAME: database } = process.env;
const pool = createPool({ host, user, password, database });

async function answer() {
  await pool.query('CREATE TABLE IF NOT EXISTS posts (id int AUTO_INCREMENT PRIMARY KEY, title varchar(80) UNIQUE)');
  await pool.query("INSERT IGNORE INTO posts (title) VALUES ('Hello world')");
  const [rows] = await pool.query('SELECT title FROM posts');
  return rows.map(({ title }) => title).join();
}

createServer((request, response) => {
  answer().then(
    (text) => response.end(text),
    (error) => response.writeHead(500).end(`Error establishing a database connection: ${error.message}`),
  );
}).listen(8080);
process.on('SIGTERM', () => process.exit());
