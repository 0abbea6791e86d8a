import { lookup } from 'node:dns/promises';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const written = (file) =>
  writeFile(file, 'x').then(
    () => 'written',
    ({ code }) => code,
  );

async function answer(url) {
  if (url === '/health') return 'ok';
  if (url === '/who') return hostname();
  return JSON.stringify({
    self: await fetch(`${process.env.ADVERTISED_URL}/who`).then((response) => response.text()),
    printer: (await lookup('printer.example')).address,
    files: [await written('/tmp/file'), await written('/app/cache/file'), await written('/app/file')],
  });
}

createServer(({ url }, response) => {
  answer(url).then(
    (text) => response.end(text),
    (error) => response.writeHead(500).end(`${error.message}: ${error.cause}`),
  );
}).listen(8080);
process.on('SIGTERM', () => process.exit());
