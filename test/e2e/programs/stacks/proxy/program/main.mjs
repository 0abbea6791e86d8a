import { createServer } from 'node:http';

createServer(({ url }, response) => response.end(`${process.env.TEXT} at ${url}`)).listen(3000);
process.on('SIGTERM', () => process.exit());
