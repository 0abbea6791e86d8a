'use strict';
// Similar objects with the constructs of cdk8s-plus and its defaults: node cdk8s-plus.js N FOLDER
const { App, Chart } = require('cdk8s');
const plus = require('cdk8s-plus-28');

const [n, folder] = [Number(process.argv[2]), process.argv[3]];
const app = new App({ outdir: folder });
const chart = new Chart(app, 'bench', { namespace: 'bench' });
const all = Array.from({ length: n }, (_, i) => service(`s${i}`, i + 1 < n ? `s${i + 1}` : undefined));
// Each microservice calls the next one.
for (let i = 0; i + 1 < n; i++) all[i].connections.allowTo(all[i + 1]);
app.synth();

function service(name, callee) {
  const deployment = new plus.Deployment(chart, name, {
    metadata: { name },
    replicas: 2,
    serviceAccount: new plus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    containers: [
      {
        image: 'bench/service:1',
        portNumber: 8080,
        securityContext: { user: 1000, group: 1000 },
        liveness: plus.Probe.fromHttpGet('/healthz/live', { port: 8080 }),
        readiness: plus.Probe.fromHttpGet('/healthz/ready', { port: 8080 }),
        startup: plus.Probe.fromHttpGet('/healthz/live', { port: 8080 }),
        envVariables: callee ? { [`${callee.toUpperCase()}_URL`]: plus.EnvValue.fromValue(`http://${callee}`) } : {},
      },
    ],
  });
  deployment.exposeViaService({ name, ports: [{ port: 80, targetPort: 8080 }] });
  return deployment;
}
