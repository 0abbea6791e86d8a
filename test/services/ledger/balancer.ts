// One address for several replicas, like a Kubernetes Service: each new connection goes to the next replica that
// accepts it.
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export class Balancer {
  readonly #server: Server;
  readonly #ports: readonly number[];
  #turn = 0;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#server = createServer({ allowHalfOpen: false }, (client) => this.#join(client, this.#ports.length));
  }

  static async before(ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
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
      client.pipe(replica).pipe(client);
    });
  }
}
