import { createServer } from 'node:http';
import { hostname } from 'node:os';

createServer((request, response) => response.setHeader('connection', 'close').end(hostname())).listen(3000);
process.on('SIGTERM', () => process.exit());
