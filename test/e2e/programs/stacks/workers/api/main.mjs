import { createServer } from 'node:http';
import { connect, StringCodec } from 'nats';

const bus = await connect({ servers: process.env.NATS_URL, waitOnFirstConnect: true });
const { encode, decode } = StringCodec();

async function answer() {
  const jobs = Array.from({ length: 40 }, (_, n) => bus.request('square', encode(String(n)), { timeout: 5_000 }));
  const done = (await Promise.all(jobs)).map(({ data }) => JSON.parse(decode(data)));
  return {
    sum: done.reduce((sum, { result }) => sum + result, 0),
    workers: new Set(done.map(({ worker }) => worker)).size,
  };
}

createServer((request, response) => {
  answer().then(
    (body) => response.end(JSON.stringify(body)),
    (error) => response.writeHead(503).end(error.message),
  );
}).listen(3000);
process.on('SIGTERM', () => process.exit());
