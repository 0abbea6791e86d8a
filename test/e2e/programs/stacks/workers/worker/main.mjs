import { hostname } from 'node:os';
import { connect, StringCodec } from 'nats';

const bus = await connect({ servers: process.env.NATS_URL, waitOnFirstConnect: true });
const { encode, decode } = StringCodec();
process.on('SIGTERM', () => process.exit());
for await (const job of bus.subscribe('square', { queue: 'workers' })) {
  job.respond(encode(JSON.stringify({ result: Number(decode(job.data)) ** 2, worker: hostname() })));
}
