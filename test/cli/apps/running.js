const { Chart } = require('cdk8s');
const { Database, Image, Microservice, Namespace, defineApp } = require('../../../src/index');

/** Two services and a database. */
module.exports = defineApp((app) => {
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(chart, 'shop');
  const database = new Database(chart, 'orders', { storage: '1Gi' });
  const cart = new Microservice(chart, 'cart', {
    image: Image.of('shop/cart:1'),
    replicas: 2,
    database,
    backlog: 'jobs_waiting',
  });
  const web = new Microservice(chart, 'web', { image: Image.of('shop/web:1'), replicas: 2 });
  web.calls(cart);
});
