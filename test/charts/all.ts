import { App, Chart } from 'cdk8s';
import definition from '../../src/charts/app';
import databases from '../../src/charts/examples/databases';
import { Database } from '../../src/index';

/** Every app of this repository, by the name of its golden. */
export const ALL_CHARTS: Readonly<Record<string, () => App>> = {
  blog: () => definition.make(),
};

/** Databases by themselves: nobody calls them. */
export const DATABASES: Readonly<Record<string, () => App>> = {
  'examples/databases': () => databases.make(),
  'MySQL, and several servers of PostgreSQL': () => {
    const app = new App();
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    new Database(shop, 'stock', { engine: 'mysql', initialSql: 'CREATE TABLE stock (id int);\n', backup: {} });
    new Database(shop, 'orders', { instances: 3, initialSql: 'CREATE TABLE orders (id int);\n', backup: {} });
    return app;
  },
};

/** The same charts in each of their environments. */
export const ALL_ENVIRONMENTS: Readonly<Record<string, { charts: string; make: () => App }>> = Object.fromEntries(
  definition.environments.map((name) => [`blog in ${name}`, { charts: 'blog', make: () => definition.make(name) }]),
);
