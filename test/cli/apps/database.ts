import { Chart } from 'cdk8s';
import { Database, defineApp, Namespace } from '../../../src/index';

/** A database. A shell variable can change its size. */
export default defineApp((app) => {
  const shop = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(shop, 'shop');
  new Database(shop, 'orders', { storage: '2Gi' });
});
