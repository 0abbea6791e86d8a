import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Database, defineApp, Gateway, Image, Microservice, Namespace } from '../../index';

/** A web framework such as Next.js, with PostgreSQL. One program serves the pages and the API, and reads one database URL. */
export class Shop extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'shop' });
    new Namespace(this, 'shop');

    const database = new Database(this, 'postgres', { databaseName: 'shop', storage: '5Gi' });
    const web = new Microservice(this, 'web', {
      image: Image.of('registry.example.com/shop/web:1.0.0'),
      replicas: 2,
      port: 3000,
      database,
      env: {
        DATABASE_URL:
          'postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST):$(DATABASE_PORT)/$(DATABASE_NAME)',
        AUTH_SECRET: { secret: 'web', key: 'auth-secret', existing: true },
      },
      writable: ['/tmp', '/app/.next/cache'],
      resources: { memory: '256Mi', memoryLimit: '512Mi' },
      health: { live: 'tcp', ready: '/api/health' },
    });
    new Gateway(this, 'gateway', { host: 'shop.localhost', routes: { '/': web } });
  }
}

export default defineApp((app) => {
  new Shop(app, 'shop');
});
