// The public program: forwards requests to the program behind it, with the token for writing.
import { createServer } from 'node:http';

const { NOTES_URL, ADMIN_TOKEN } = process.env;

createServer(async ({ method }, response) => {
  try {
    const answer = await fetch(`${NOTES_URL}/notes`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
      signal: AbortSignal.timeout(5_000),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  } catch (error) {
    response.writeHead(503).end(error.message);
  }
}).listen(3000);
process.on('SIGTERM', () => process.exit());
