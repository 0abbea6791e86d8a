// Tells who it is and what it got. Ends at /crash.
const { createServer } = require('node:http');
const { readFileSync } = require('node:fs');

const { PORT, HEALTH_PORT, WORDS_FILE, FROM_IMAGE, TOKEN, GREETING } = process.env;
createServer((request, response) => {
  if (request.url === '/crash') process.exit(3);
  if (request.url === '/cart/noisy') for (let i = 1; i <= 12_000; i++) console.log(`line ${i}`);
  const words = readFileSync(WORDS_FILE, 'utf8');
  response.end(JSON.stringify({ pid: process.pid, host: request.headers.host, words, FROM_IMAGE, TOKEN, GREETING }));
}).listen(PORT);
createServer((_, response) => response.end('ok')).listen(HEALTH_PORT);
process.on('SIGTERM', () => {
  console.log('cart ends');
  process.exit(0);
});
