import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { UdpPort } from '../../../src/local/network/udp-port';
import { Upstream } from '../../../src/local/network/upstream';

const LOOPBACK = '127.0.0.1';
const sockets: Socket[] = [];
const ports: UdpPort[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
  for (const port of ports.splice(0)) port.close();
});

async function socketOf(): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return socket;
}

/** A program that answers each datagram with its name and the text. */
async function program(name: string): Promise<number> {
  const socket = await socketOf();
  socket.on('message', (message, { port, address }) => socket.send(`${name} ${message.toString()}`, port, address));
  return socket.address().port;
}

async function open(upstream: Upstream, watched: ConstructorParameters<typeof UdpPort>[1] = {}): Promise<number> {
  const server = new UdpPort(upstream, watched);
  ports.push(server);
  return server.listen();
}

async function ask(client: Socket, port: number, text: string): Promise<string> {
  client.send(text, port, LOOPBACK);
  const [answer] = (await once(client, 'message', { signal: AbortSignal.timeout(5_000) })) as [Buffer];
  return answer.toString();
}

test('all datagrams of a client go to one replica, and clients to each in turn', async () => {
  const upstream = new Upstream('dns');
  upstream.ports = [await program('a'), await program('b')];
  const onCall = jest.fn();
  const port = await open(upstream, { onCall });
  const [one, other] = [await socketOf(), await socketOf()];
  expect([await ask(one, port, '1'), await ask(other, port, '2'), await ask(one, port, '3')]).toEqual([
    'a 1',
    'b 2',
    'a 3',
  ]);
  expect(onCall).toHaveBeenCalledTimes(2);
});

test('a client whose replica ended reaches another one', async () => {
  const upstream = new Upstream('dns');
  upstream.ports = [await program('a')];
  const port = await open(upstream);
  const client = await socketOf();
  expect(await ask(client, port, '1')).toBe('a 1');
  upstream.ports = [await program('b')];
  expect(await ask(client, port, '2')).toBe('b 2');
});

test('a datagram is lost with a fault, and while no replica is ready', async () => {
  const upstream = new Upstream('dns');
  const effects = [{ error: 503 }, { delay: 20 }];
  const port = await open(upstream, { effect: () => effects.shift() });
  const client = await socketOf();
  const answers: string[] = [];
  client.on('message', (answer) => answers.push(answer.toString()));
  upstream.ports = [await program('a')];
  client.send('fault', port, LOOPBACK);
  expect(await ask(client, port, 'late')).toBe('a late');
  upstream.ports = [];
  client.send('nobody', port, LOOPBACK);
  await new Promise((resolve) => setTimeout(resolve, 100));
  upstream.ports = [await program('b')];
  expect(await ask(client, port, 'again')).toBe('b again');
  expect(answers).toEqual(['a late', 'b again']);
});
