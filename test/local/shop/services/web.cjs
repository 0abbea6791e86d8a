// Calls what it is asked to call: /call?url=http://cart
const { createServer } = require('node:http');

const { PORT, CART_URL } = process.env;
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://web');
  if (pathname === '/call') void call(searchParams.get('url') ?? CART_URL, request, response);
  else response.end('page');
}).listen(PORT, '0.0.0.0');

async function call(url, { headers: { traceparent } }, response) {
  try {
    const answer = await fetch(url, { headers: { traceparent } });
    response.writeHead(answer.status).end(await answer.text());
  } catch (error) {
    response.writeHead(500).end(String(error.cause ?? error));
  }
}
