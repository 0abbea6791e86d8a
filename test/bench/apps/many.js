'use strict';
// 200 objects that run, for callsign apply --app.
const { Chart } = require('cdk8s');
const { Image, Microservice, Namespace, defineApp } = require('../../../src/index');

const PROGRAM = "require('node:http').createServer((_, r) => r.end('ok')).listen(process.env.PORT)";

module.exports = defineApp((app) => {
  const chart = new Chart(app, 'bench', { namespace: 'bench' });
  new Namespace(chart, 'bench');
  // Each has a Deployment, a Service, a ServiceAccount and a NetworkPolicy.
  for (let i = 0; i < 49; i++) {
    new Microservice(chart, i === 0 ? 'web' : `s${i}`, {
      image: Image.of('node:24-slim'),
      command: ['node', '-e', PROGRAM],
      resources: { cpu: '10m', memory: '32Mi' },
      shutdown: { pause: 1, grace: 5 },
      replicas: 1,
    });
  }
});
