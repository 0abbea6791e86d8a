// A subscriber that stores nothing, so that it costs little: it notes when it has each event, and answers ANSWER_MS later.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const answerMs = Number(process.env['ANSWER_MS'] ?? 0);
const commits = new Map<string, number>();

async function receive(request: http.IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { id } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { id: string };
  if (answerMs > 0) await sleep(answerMs);
  if (!commits.has(id)) commits.set(id, performance.timeOrigin + performance.now());
}

async function answer(request: http.IncomingMessage): Promise<unknown> {
  if (request.method === 'POST') return receive(request);
  if (request.method === 'DELETE') return commits.clear();
  return request.url === '/commits' ? Object.fromEntries(commits) : { commits: commits.size };
}

http
  .createServer((request, response) => {
    void answer(request).then(
      (body) => response.end(JSON.stringify(body ?? {})),
      () => response.writeHead(500).end(),
    );
  })
  .listen(Number(process.env['PORT']), '127.0.0.1');
