// A proxy between a service and its database or its log that can be interrupted.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface Proxy {
  /** The URL of the database through the proxy. */
  readonly url: string;
  /** Closes every connection and refuses new ones. */
  cut: () => Promise<void>;
  restore: () => Promise<void>;
  /** Keeps every connection open but forwards nothing. */
  freeze: () => void;
  /** Answers the pings of a NATS client, and forwards nothing else to the server. */
  answerOnlyPings: () => void;
  /** Forwards the COMMIT of the next transaction with this text, and closes the connection instead of sending the answer. */
  loseCommit: (text: string) => void;
  /** Forwards the next data with this text, and closes the connection instead of sending the answer. */
  loseAnswer: (text: string) => void;
  readonly stop: () => Promise<void>;
}

export async function startProxy(target: string): Promise<Proxy> {
  const own = new URL(target);
  const [host, targetPort] = [own.hostname, Number(own.port || 5432)];
  const sockets = new Set<Socket>();
  let frozen = false;
  let onlyPings = false;
  let losing: string | undefined;
  let losingAnswer: string | undefined;
  let server!: Server;
  let port = 0;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const listen = () =>
    new Promise<void>((resolve) => {
      frozen = false;
      onlyPings = false;
      server = createServer((near) => {
        const far = connect(targetPort, host);
        keep(near);
        keep(far);
        let step: 'forward' | 'until the commit' | 'lose' = 'forward';
        near.on('data', (chunk) => {
          if (frozen) return;
          if (onlyPings) {
            if (chunk.includes('PING')) near.write('PONG\r\n');
            return;
          }
          if (losing !== undefined && chunk.includes(losing)) [losing, step] = [undefined, 'until the commit'];
          if (losingAnswer !== undefined && chunk.includes(losingAnswer)) [losingAnswer, step] = [undefined, 'lose'];
          if (step === 'until the commit' && chunk.includes('COMMIT')) step = 'lose';
          far.write(chunk);
        });
        near.on('close', () => far.destroy());
        far.on('data', (chunk) => frozen || (step === 'lose' ? near.destroy() : near.write(chunk)));
        far.on('close', () => near.destroy());
      });
      server.listen(port, '127.0.0.1', resolve);
    });
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  await listen();
  port = (server.address() as AddressInfo).port;
  own.hostname = '127.0.0.1';
  own.port = String(port);
  return {
    url: own.href,
    cut,
    restore: listen,
    freeze: () => void (frozen = true),
    answerOnlyPings: () => void (onlyPings = true),
    loseCommit: (text) => void (losing = text),
    loseAnswer: (text) => void (losingAnswer = text),
    stop: cut,
  };
}
