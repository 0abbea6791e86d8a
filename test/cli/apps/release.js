const { ApiObject, Chart } = require('cdk8s');
const { defineApp } = require('../../../src/index');

/** One Deployment and one Secret. */
module.exports = defineApp(
  (app) => {
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    new ApiObject(chart, 'key', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key' },
      stringData: { token: 'hidden-token' },
    });
    const labels = { app: 'web' };
    new ApiObject(chart, 'web', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      },
    });
  },
  { prod: { cluster: { context: 'prod-eu' } } },
);
