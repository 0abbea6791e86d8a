// Runs in pods of the test: answers with who answered and what was asked, and on the way uses as much cpu as asked for.
'use strict';
const { createServer } = require('node:http');
const { hostname } = require('node:os');

const { NAME, PORT } = process.env;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://echo');
  const burn = process.hrtime.bigint() + BigInt(Number(searchParams.get('burn') ?? 0)) * 1_000_000n;
  let bytes = 0;
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => {
    while (process.hrtime.bigint() < burn);
    // Each request is to find its own way: with a connection kept, the copies would not share.
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ name: NAME, pod: hostname(), path: pathname, method: request.method, bytes }));
  });
});
server.listen(Number(PORT));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
