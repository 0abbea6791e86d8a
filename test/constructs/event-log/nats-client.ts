import { connect, type Socket } from 'node:net';

/** A connection to a NATS server: as much of its protocol as the tests need. */
export class NatsClient {
  readonly #socket: Socket;
  readonly #waiting: ((text: string) => void)[] = [];
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
      for (const look of this.#waiting) look(this.#received);
    });
  }

  /** Connects with a login. Fails if the server refuses it. */
  static async open(port: number, user: string, pass: string): Promise<NatsClient> {
    const socket = connect({ host: '127.0.0.1', port });
    const client = new NatsClient(socket);
    await client.#until(/^INFO .*\r\n/);
    const options = { verbose: false, pedantic: false, headers: true, no_responders: true, user, pass };
    socket.write(`CONNECT ${JSON.stringify(options)}\r\nPING\r\n`);
    const [answer] = await client.#until(/^(?:PONG|-ERR .*)\r\n/m);
    if (!answer.startsWith('PONG')) throw new Error(answer.trim());
    return client;
  }

  /** Sends a request and returns the answer. */
  async request(subject: string, payload: string): Promise<string> {
    this.#received = '';
    const inbox = `_INBOX.${Math.random().toString(36).slice(2)}`;
    this.#socket.write(
      `SUB ${inbox} 1\r\nUNSUB 1 1\r\nPUB ${subject} ${inbox} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`,
    );
    const [, header, body] = await this.#until(/^(MSG|HMSG) [^\r]*\r\n([^]*?)\r\n$/m);
    return header === 'HMSG' ? `no answer: ${body!.split('\r\n')[0]}` : body!;
  }

  close(): void {
    this.#socket.destroy();
  }

  #until(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (text: string) => {
        const found = pattern.exec(text);
        if (found) end(() => resolve(found));
      };
      const timeout = setTimeout(() => end(() => reject(new Error(`No ${pattern} in: ${this.#received}`))), 10_000);
      const end = (settle: () => void) => {
        clearTimeout(timeout);
        this.#waiting.splice(this.#waiting.indexOf(look), 1);
        settle();
      };
      this.#waiting.push(look);
      this.#socket.once('error', (error) => end(() => reject(error)));
      look(this.#received);
    });
  }
}
