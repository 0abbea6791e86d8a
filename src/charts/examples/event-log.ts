import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { defineApp, EventLog, Image, Microservice, Namespace, type Environment } from '../../index';

const program = (name: string) => Image.of(`shop/${name}:1.4.0`);

/** An event bus that keeps its events in NATS JetStream. Each event is on the disks of two servers before it is confirmed. */
export class Events extends Chart {
  readonly parts;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'events' });
    new Namespace(this, 'events');
    const log = new EventLog(this, 'log', { storage: '10Gi' });
    const bus = new Microservice(this, 'event-bus', { image: program('event-bus') }).keepsLogIn(log);
    const orders = new Microservice(this, 'orders', { image: program('orders') }).calls(bus);
    const stock = new Microservice(this, 'stock', { image: program('stock') });
    bus.notifies(orders, stock);
    this.parts = { log, 'event-bus': bus, orders, stock };
  }
}

const dev: Environment<Events['parts']> = { log: { servers: 1, storage: '1Gi' } };
const prod: Environment<Events['parts']> = { log: { servers: 5, storage: '100Gi', resources: { memoryLimit: '1Gi' } } };

export default defineApp(
  (app) => {
    new Events(app, 'events');
  },
  { dev, prod },
);
