const path = require('node:path');
const { ApiObject, Chart } = require('cdk8s');
const { defineApp, Gateway, Image, Microservice, Namespace, StaticSite } = require('../../../src/index');

const folder = path.join(__dirname, 'services');
const service = (name) => Image.service(name, { folder, args: { SERVICE: name }, dockerfile: 'Dockerfile' });
// The namespace enforces the level restricted.
const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const container = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const tcp = { live: 'tcp', ready: 'tcp' };

/** A page that calls a service, and a service that it must not call. */
module.exports = defineApp((app) => {
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(chart, 'shop');
  const cart = new Microservice(chart, 'cart', {
    image: service('cart'),
    replicas: 2,
    health: { live: '/', ready: '/', port: 8082 },
    env: {
      WORDS_FILE: '/etc/cart/words.txt',
      TOKEN: { secret: 'outside', key: 'token', existing: true },
      GREETING: 'I am $(TOKEN)',
    },
    files: { '/etc/cart/words.txt': 'some words' },
  });
  const hidden = new Microservice(chart, 'hidden', {
    image: service('cart'),
    replicas: 1,
    health: { port: 8082, live: '/', ready: '/' },
    env: { WORDS_FILE: '/dev/null' },
  });
  const web = new Microservice(chart, 'web', { image: service('web'), replicas: 1, health: tcp });
  const mailer = new Microservice(chart, 'mailer', { image: Image.of('example/mailer:1'), replicas: 1, health: tcp });
  web.calls(cart, mailer);
  hidden.calls(cart);
  const site = new StaticSite(chart, 'site', { folder: path.join(__dirname, 'page'), replicas: 1 });
  new Gateway(chart, 'gate', {
    host: 'shop.localhost',
    controllerNamespace: 'traefik',
    routes: { '/': web, '/cart': cart, '/page.txt': site },
  });
  new ApiObject(chart, 'nightly', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        spec: {
          template: {
            spec: {
              restartPolicy: 'Never',
              securityContext,
              containers: [{ name: 'nightly', image: 'example/nightly:1', securityContext: container }],
            },
          },
        },
      },
    },
  });
});
