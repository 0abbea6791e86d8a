// Sends bytes over a TCP connection and reads one HTTP answer. The bytes do not have to be valid HTTP.
import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const LIMIT_MS = 30_000;

/** Returns undefined if the server closes the connection without an answer. */
export async function exchange(url: string, bytes: Buffer): Promise<Answer | undefined> {
  // The server drops a request that it works on when the connection is half closed. So a slow answer needs more time.
  return (await attempt(url, bytes, 150)) ?? attempt(url, bytes, 4_000);
}

/** After `quietMs`, the server may be waiting for more bytes. Then this side of the connection is closed. */
function attempt(url: string, bytes: Buffer, quietMs: number): Promise<Answer | undefined> {
  const { hostname, port } = new URL(url);
  const isHead = bytes.subarray(0, 5).toString('latin1') === 'HEAD ';
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const quiet = setTimeout(() => socket.end(), quietMs);
    const limit = setTimeout(() => reject(new Error(`no complete answer: ${received.toString('latin1')}`)), LIMIT_MS);
    const finish = (answer: Answer | undefined) => {
      clearTimeout(quiet);
      clearTimeout(limit);
      resolve(answer);
      socket.destroy();
    };
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const answer = read(received, isHead);
      if (answer) finish(answer);
    });
    // The server may close the connection before it has read everything. Its answer arrives before that.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => finish(read(received, true)));
  });
}

/** The first final answer in the bytes, if it is complete. */
function read(bytes: Buffer, isHead: boolean): Answer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(`${first} `)?.[1]);
  const rest = bytes.subarray(end + 4);
  if (status < 200) return read(rest, isHead);
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const length = isHead || status === 204 || status === 304 ? 0 : Number(headers.get('content-length'));
  return rest.length >= length ? { status, headers, body: rest.subarray(0, length).toString('utf8') } : undefined;
}
