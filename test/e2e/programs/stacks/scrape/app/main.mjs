import { createServer } from 'node:http';

createServer(({ url }, response) => {
  if (url === '/metrics') response.setHeader('content-type', 'text/plain').end('lamps_sold_total 17\n');
  else response.end('ok');
}).listen(8080);
process.on('SIGTERM', () => process.exit());
