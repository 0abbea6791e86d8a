import { createServer } from 'node:http';

const API = 'http://api:3000';

async function answer() {
  const names = new Set();
  for (let n = 0; n < 60; n++) names.add(await fetch(API).then((response) => response.text()));
  return `${names.size} replicas`;
}

createServer((request, response) => {
  answer().then(
    (text) => response.end(text),
    (error) => response.writeHead(502).end(error.message),
  );
}).listen(8000);
process.on('SIGTERM', () => process.exit());
