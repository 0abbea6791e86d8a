import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Database, defineApp, Namespace, type Environment } from '../../index';

/** The databases of a shop: orders in PostgreSQL and stock in MariaDB. Both have a backup every night. */
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

/** Three PostgreSQL servers instead of one, run by CloudNativePG. Callers do not change. */
const large: Environment<Databases['parts']> = { orders: { instances: 3, storage: '20Gi', backup: { keep: 30 } } };

export default defineApp(
  (app) => {
    new Databases(app, 'databases');
  },
  { large },
);
