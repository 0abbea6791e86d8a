import { createServer } from 'node:http';

const { PORT = '8080' } = process.env;

const server = createServer((request, response) => {
  // Kubernetes calls /healthz/live and /healthz/ready.
  if (request.url.startsWith('/healthz/')) response.end('ok\n');
  else response.end(`${new Date().toISOString()}\n`);
});

server.listen(Number(PORT));
process.once('SIGTERM', () => server.close());
