// Notes that people write down. One program for every tier: it shows the page, and keeps the notes in a file or asks the tier behind it.
import { appendFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { NOTES_FILE, PORT = '8080' } = process.env;
const behind = process.env.STORE_URL ?? process.env.NOTES_URL;
if (!NOTES_FILE === !behind) throw new Error('Set NOTES_FILE, or STORE_URL or NOTES_URL: where the notes are.');

const MOST_BYTES = 4_096;
const html = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
};
const escape = (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

async function list() {
  if (behind) return (await ask()).json();
  const text = await readFile(NOTES_FILE, 'utf8').catch((error) =>
    error.code === 'ENOENT' ? '' : Promise.reject(error),
  );
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function add(text) {
  if (behind) await ask({ method: 'POST', body: text });
  else await appendFile(NOTES_FILE, `${JSON.stringify(text)}\n`, { flush: true });
}

async function ask(request) {
  const response = await fetch(`${behind}/notes`, { ...request, signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${behind} answered ${response.status}`);
  return response;
}

async function page() {
  const notes = await list().catch(() => undefined);
  const shown = notes
    ? `<ul>${notes.map((note) => `<li>${escape(note)}</li>`).join('')}</ul>`
    : '<p>The notes are away for a moment.</p>';
  return `<!doctype html><html lang="en"><title>Notes</title><h1>Notes</h1><form method="post"><label>Note <input name="text" required></label> <button>Add</button></form>${shown}</html>\n`;
}

async function bodyOf(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MOST_BYTES) return undefined;
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  return (request.headers['content-type'] ?? '').includes('form')
    ? (new URLSearchParams(text).get('text') ?? '')
    : text;
}

async function answer(request, response) {
  const path = new URL(request.url, 'http://notes').pathname.replace(/^\/api(?=\/)/, '');
  const send = (status, headers = {}, body = '') => response.writeHead(status, headers).end(body);
  if (path.startsWith('/healthz/')) return send(draining && path === '/healthz/ready' ? 503 : 200);
  if (!['/', '/notes'].includes(path)) return send(404);
  if (request.method === 'GET')
    return path === '/'
      ? send(200, html, await page())
      : send(200, { 'content-type': 'application/json' }, JSON.stringify(await list()));
  if (request.method !== 'POST') return send(405, { allow: 'GET, POST' });
  const text = (await bodyOf(request))?.trim();
  if (text === undefined) return send(413, { connection: 'close' });
  if (text === '') return send(400);
  await add(text);
  return path === '/' ? send(303, { location: '/' }) : send(201);
}

let draining = false;
const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error.message, error.cause ?? '');
    if (!response.headersSent) response.writeHead(503, { 'retry-after': '1' });
    response.end();
  });
});
server.listen(Number(PORT), () => console.log(`listening on ${server.address().port}`));
process.on('SIGTERM', () => {
  draining = true;
  server.close();
  server.closeIdleConnections();
});
