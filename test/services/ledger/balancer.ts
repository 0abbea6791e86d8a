// One address for several replicas, like a Kubernetes Service: each new connection goes to the next replica that
// accepts it.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export class Balancer {
  readonly #server: Server;
  readonly #ports: readonly number[];
  readonly #loses: () => boolean;
  #turn = 0;

  private constructor(ports: readonly number[], loses: () => boolean) {
    this.#ports = ports;
    this.#loses = loses;
    this.#server = createServer({ allowHalfOpen: false }, (client) => this.#join(client, this.#ports.length));
  }

  /** `loses` decides for each connection whether it is closed instead of sending its first answer. */
  static async before(ports: readonly number[], loses: () => boolean = () => false): Promise<Balancer> {
    const balancer = new Balancer(ports, loses);
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  #join(client: Socket, tries: number): void {
    if (tries === 0) return void client.destroy();
    const replica = connect(this.#ports[this.#turn++ % this.#ports.length]!, '127.0.0.1');
    client.removeAllListeners('error').on('error', () => replica.destroy());
    replica.once('error', () => this.#join(client, tries - 1));
    replica.once('connect', () => {
      replica.removeAllListeners('error').on('error', () => client.destroy());
      replica.on('close', () => client.destroy());
      client.on('close', () => replica.destroy());
      client.pipe(replica);
      if (this.#loses()) replica.once('data', () => client.destroy());
      else replica.pipe(client);
    });
  }
}
