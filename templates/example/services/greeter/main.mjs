import { createServer } from 'node:http';

const { CLOCK_URL, PORT = '8080' } = process.env;

const server = createServer(async (request, response) => {
  // Kubernetes calls /healthz/live and /healthz/ready.
  if (request.url.startsWith('/healthz/')) return response.end('ok\n');
  try {
    response.end(`Hello! It is ${await time()}.\n`);
  } catch {
    response.writeHead(502).end('The clock does not answer.\n');
  }
});

/** The time, from the clock. */
async function time() {
  const answer = await fetch(CLOCK_URL, { signal: AbortSignal.timeout(2_000) });
  if (!answer.ok) throw new Error(`The clock answers ${answer.status}.`);
  return (await answer.text()).trim();
}

server.listen(Number(PORT));
process.once('SIGTERM', () => server.close());
