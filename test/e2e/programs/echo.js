// Runs in test pods. Answers with its name and the request, and uses as much CPU as the request asks for.
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
    // Closes each connection: with kept connections, the replicas would not share the load.
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    const from = request.headers['x-from'];
    response.end(JSON.stringify({ name: NAME, pod: hostname(), path: pathname, method: request.method, bytes, from }));
  });
});
server.listen(Number(PORT));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
