const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');

const { DATA, FAILURES, PAGE_URL, PORT } = process.env;
const [word] = process.argv.slice(2);
const table = path.join(DATA, 'table');

if (word === 'migrate') {
  const attempts = path.join(DATA, 'attempts');
  appendFileSync(attempts, 'x');
  if (readFileSync(attempts, 'utf8').length <= Number(FAILURES)) throw new Error('the table is locked');
  writeFileSync(table, 'migrated');
} else if (word === 'serve') {
  if (!existsSync(table)) throw new Error('there is no table');
  createServer((request, response) => response.end(readFileSync(table))).listen(Number(PORT));
} else if (word === 'index') {
  void fetch(PAGE_URL)
    .then((response) => response.text())
    .then((text) => console.log(`indexed ${text}`));
}
