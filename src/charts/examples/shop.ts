import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  CronTask,
  Database,
  defineApp,
  External,
  Gateway,
  Image,
  Microservice,
  Namespace,
  Task,
  Volume,
  type Environment,
} from '../../index';

/** A program of the shop. All have the same version. */
const program = (name: string) => Image.of(`shop/${name}:1.4.0`);
/** A key of a Secret that somebody created with kubectl. */
const key = (secret: string, name: string) => ({ secret, key: name, existing: true });
const timeZone = 'Europe/Berlin';

/** A web shop: its own programs, third-party programs, tasks, and a gateway for customers and one for colleagues. */
export class Shop extends Chart {
  readonly parts;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });
    new Namespace(this, 'shop');
    const database = new Database(this, 'orders-db', { backup: { timeZone } });
    const products = new Database(this, 'products');

    const cache = new Microservice(this, 'cache', {
      image: Image.of('valkey/valkey:8.1.3'),
      args: ['valkey-server', '--save', '', '--maxmemory', '128mb', '--maxmemory-policy', 'allkeys-lru'],
      http: false,
      ports: { redis: 6379 },
      metrics: { port: 9121 },
      user: 999,
      writable: ['/data'],
      replicas: 1,
      sidecars: {
        exporter: {
          image: Image.of('oliver006/redis_exporter:v1.74.0'),
          ports: { metrics: 9121 },
          health: { live: '/health', ready: '/health' },
        },
      },
    });
    const search = new Microservice(this, 'search', {
      image: Image.of('getmeili/meilisearch:v1.12.8'),
      port: 7700,
      env: { MEILI_ENV: 'production', MEILI_NO_ANALYTICS: true, MEILI_MASTER_KEY: key('search', 'master-key') },
      health: { live: '/health', ready: '/health' },
      volumes: { '/meili_data': new Volume(this, 'search-data', { size: '5Gi' }) },
      resources: { memory: '256Mi', memoryLimit: '1Gi' },
      replicas: 1,
    });
    const pictures = new Microservice(this, 'pictures', {
      image: Image.of('quay.io/minio/minio:RELEASE.2025-04-22T22-12-26Z'),
      args: ['server', '/data'],
      port: 9000,
      env: {
        HOME: '/tmp',
        MINIO_ROOT_USER: key('pictures', 'user'),
        MINIO_ROOT_PASSWORD: key('pictures', 'password'),
      },
      health: { live: '/minio/health/live', ready: '/minio/health/ready' },
      volumes: { '/data': new Volume(this, 'pictures-data', { size: '20Gi' }) },
      resources: { memory: '256Mi', memoryLimit: '1Gi' },
      replicas: 1,
    });
    const mail = new Microservice(this, 'mail', {
      image: Image.of('axllent/mailpit:v1.22.3'),
      port: 8025,
      ports: { smtp: 1025 },
      env: { MP_WEBROOT: '/mail' },
      health: { live: '/mail/livez', ready: '/mail/readyz' },
      replicas: 1,
    }).callsAs('MP_SMTP_RELAY', new External('smtp.example.com', 587));

    const orders = new Microservice(this, 'orders', {
      image: program('orders'),
      database,
      metrics: { port: 9090 },
      env: { PAYMENTS_KEY: key('payments', 'key') },
      writable: ['/tmp', '/taxes'],
      initContainers: { taxes: { image: program('taxes'), args: ['copy', '/taxes'], mounts: ['/taxes'] } },
    }).calls(cache, new External('payments.example.com', 443));
    const catalog = new Microservice(this, 'catalog', {
      image: program('catalog'),
      database: products,
      env: { SEARCH_KEY: key('search', 'master-key') },
    }).calls(cache, search);
    const worker = new Microservice(this, 'worker', {
      image: program('worker'),
      database,
      http: false,
      health: { live: { touched: '/tmp/alive', within: 60 } },
    }).calls(mail.port('smtp'));
    worker.may(['get', 'update'], 'leases.coordination.k8s.io', { names: ['worker'] });
    worker.may('create', 'leases.coordination.k8s.io');
    const page = new Microservice(this, 'page', {
      image: program('page'),
      writable: ['/config', '/data'],
      exceptions: [
        {
          capability: 'NET_BIND_SERVICE',
          reason: 'The image has the program of caddy, which does not start without it.',
        },
      ],
    });
    const admin = new Microservice(this, 'admin', { image: program('admin') }).calls(orders, catalog, pictures);

    new Task(this, 'migration', { image: program('orders'), args: ['migrate'], database, before: [orders, worker] });
    new Task(this, 'index', {
      image: program('catalog'),
      args: ['index'],
      database: products,
      env: { SEARCH_KEY: key('search', 'master-key') },
      after: [search],
    }).calls(search);
    const report = new CronTask(this, 'report', {
      image: program('report'),
      schedule: '0 6 * * 1',
      timeZone,
      database,
    }).calls(mail.port('smtp'));

    const listen = { className: 'traefik' };
    const shop = new Gateway(this, 'public', {
      listen,
      host: 'shop.localhost',
      routes: { '/': page, '/api/orders': orders, '/api/catalog': catalog, '/pictures': pictures },
    });
    const internal = new Gateway(this, 'internal', {
      listen,
      host: 'admin.localhost',
      basicAuth: { secret: 'staff', existing: true },
      routes: { '/': admin, '/mail': mail },
    });
    const own = { page, orders, catalog, worker, admin };
    this.parts = { ...own, mail, pictures, report, 'orders-db': database, public: shop, internal };
  }
}

const one = { replicas: 1 };
const dev: Environment<Shop['parts']> = {
  page: one,
  orders: one,
  catalog: one,
  worker: one,
  admin: one,
  report: { suspend: true },
};

const prod: Environment<Shop['parts']> = {
  orders: { replicas: 4 },
  catalog: { autoscale: { min: 3, max: 12 } },
  // Mail leaves the shop only here.
  mail: { env: { MP_SMTP_RELAY_ALL: true, MP_SMTP_RELAY_STARTTLS: true } },
  pictures: { pod: { nodeSelector: { 'example.com/disks': 'large' } } },
  report: { schedule: '0 5 * * *' },
  'orders-db': { storage: '50Gi', backup: { keep: 30 } },
  public: { host: 'shop.example.com', tlsSecret: 'shop-tls' },
  internal: {
    host: 'admin.shop.example.com',
    tlsSecret: 'admin-tls',
    listen: { className: 'internal' },
    controller: 'traefik',
    controllerNamespace: 'traefik-internal',
  },
};

export default defineApp(
  (app) => {
    new Shop(app, 'shop');
  },
  { dev, prod },
);
