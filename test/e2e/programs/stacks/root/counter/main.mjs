import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

createServer(({ url }, response) => {
  appendFileSync('data/visits', `${url}\n`);
  const hasVisits = readFileSync('data/visits', 'utf8').length > 0;
  response.end(`user ${process.getuid()} writes: ${hasVisits}`);
}).listen(8080);
process.on('SIGTERM', () => process.exit());
