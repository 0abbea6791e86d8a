const path = require('node:path');
const { Chart } = require('cdk8s');
const { CronTask, defineApp, Image, Microservice, Namespace, Task, Volume } = require('../../../src/index');

const image = Image.service('main', {
  folder: path.join(__dirname, 'services'),
  dockerfile: 'Dockerfile',
});

/** A page that needs what a migration writes, and an index that needs the page. The migration fails once. */
module.exports = defineApp((app) => {
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new Namespace(chart, 'shop');
  const data = new Volume(chart, 'data', { shared: true, storageClass: 'nfs' });
  const program = (word, env = {}) => ({
    image,
    args: [word],
    volumes: { '/data': data },
    env: { DATA: '/data', ...env },
  });
  const page = new Microservice(chart, 'page', { ...program('serve'), replicas: 2, health: { live: '/', ready: '/' } });
  const failures = Number(process.env.FAILURES ?? 1);
  new Task(chart, 'migration', { ...program('migrate', { FAILURES: failures }), retries: 1, before: [page] });
  new Task(chart, 'index', { ...program('index'), after: [page] }).calls(page);
  new CronTask(chart, 'report', { ...program('report'), schedule: '0 3 * * *' });
  new CronTask(chart, 'cleanup', { ...program('report'), schedule: '0 3 * * *', suspend: true });
});
