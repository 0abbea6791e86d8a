import { App, Chart } from 'cdk8s';
import blog from '../../src/charts/app';
import databases from '../../src/charts/examples/databases';
import eventLog from '../../src/charts/examples/event-log';
import shop from '../../src/charts/examples/shop';
import behindAGateway from '../../src/charts/patterns/behind-a-gateway';
import ghost from '../../src/charts/patterns/ghost';
import nextPostgres from '../../src/charts/patterns/next-postgres';
import oneProcess from '../../src/charts/patterns/one-process';
import threeTiers from '../../src/charts/patterns/three-tiers';
import twoTiers from '../../src/charts/patterns/two-tiers';
import { Database } from '../../src/index';

/** The shapes of an application. Each one extends the one before it. */
export const SHAPES = {
  'one-process': oneProcess,
  'two-tiers': twoTiers,
  'three-tiers': threeTiers,
  'behind-a-gateway': behindAGateway,
};

const definitions = {
  blog,
  ...SHAPES,
  ghost,
  'next-postgres': nextPostgres,
  'examples/shop': shop,
  'examples/event-log': eventLog,
};

/** All apps of this repository, by the name of their golden. */
export const ALL_CHARTS: Readonly<Record<string, () => App>> = Object.fromEntries(
  Object.entries(definitions).map(([name, definition]) => [name, () => definition.make()]),
);

/** Databases without callers. */
export const DATABASES: Readonly<Record<string, () => App>> = {
  'examples/databases': () => databases.make(),
  'MySQL, and several servers of PostgreSQL': () => {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    new Database(chart, 'stock', { engine: 'mysql', initialSql: 'CREATE TABLE stock (id int);\n', backup: {} });
    new Database(chart, 'orders', { instances: 3, initialSql: 'CREATE TABLE orders (id int);\n', backup: {} });
    return app;
  },
};

/** The blog and the examples in each of their environments. */
export const ALL_ENVIRONMENTS: Readonly<Record<string, { charts: string; make: () => App }>> = Object.fromEntries(
  Object.entries({ blog, 'examples/shop': shop, 'examples/event-log': eventLog }).flatMap(([charts, definition]) =>
    definition.environments.map((name) => [`${charts} in ${name}`, { charts, make: () => definition.make(name) }]),
  ),
);
