import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Database, defineApp, Namespace, type Environment } from '../../index';

/** Two databases as a shop may have them: orders in PostgreSQL, the stock in MariaDB, both dumped every night. */
export class Databases extends Chart {
  readonly parts;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'databases' });
    new Namespace(this, 'databases');
    const orders = new Database(this, 'orders', {
      initialSql: `
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, item text NOT NULL);
INSERT INTO orders (item) VALUES ('the first one');
`,
      backup: { schedule: '0 3 * * *', timeZone: 'Europe/Berlin', keep: 14 },
      resources: { cpu: '50m' },
    });
    const stock = new Database(this, 'stock', { engine: 'mariadb', backup: { keep: 2 }, resources: { cpu: '50m' } });
    this.parts = { orders, stock };
  }
}

/** When one server is no longer enough, CloudNativePG runs three of them: callers are not changed. */
const large: Environment<Databases['parts']> = { orders: { instances: 3, storage: '20Gi', backup: { keep: 30 } } };

export default defineApp(
  (app) => {
    new Databases(app, 'databases');
  },
  { large },
);
