const path = require('node:path');
const { Chart } = require('cdk8s');
const { Database, defineApp, Gateway, Image, Microservice, Namespace, Volume } = require('../../../src/index');

/** Answers with what it got, and calls its callees. It runs in a container. */
const PROGRAM = `
const { createServer } = require('node:http');
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { connect } = require('node:net');
const { hostname } = require('node:os');
const { API_URL, DATABASE_HOST, DATABASE_PORT, TOKEN, HTTP_PROXY } = process.env;
const attempt = (path) => {
  try {
    writeFileSync(path, 'x');
    return 'written';
  } catch (error) {
    return error.code;
  }
};
const greeting = () => new Promise((resolve) => {
  const socket = connect(DATABASE_PORT, DATABASE_HOST);
  socket.on('error', (error) => resolve(error.message));
  // Docker accepts a connection, and closes it if the database does not listen.
  socket.on('close', () => resolve('closed'));
  socket.on('data', (data) => { resolve(data.toString('latin1')); socket.destroy(); });
});
createServer(async ({ url }, response) => {
  if (url === '/count') appendFileSync('/data/count', 'x');
  if (url === '/crash') process.exit(3);
  response.end(JSON.stringify({
    host: hostname(),
    words: readFileSync('/etc/front/words.txt', 'utf8'),
    token: TOKEN,
    args: process.argv.slice(1),
    api: await (await fetch(API_URL)).text(),
    store: await greeting(),
    count: url === '/count' ? readFileSync('/data/count', 'utf8').length : undefined,
    user: process.getuid() + ':' + process.getgid(),
    writes: [attempt('/file'), attempt('/tmp/file')],
    hasProxy: HTTP_PROXY !== undefined,
  }));
}).listen(8080);
process.on('SIGTERM', () => { console.log('front ends'); process.exit(0); });
`;

/** A program in a container that calls one from its source, and MariaDB. */
module.exports = defineApp((app) => {
  const chart = new Chart(app, 'stall', { namespace: 'stall' });
  new Namespace(chart, 'stall');
  const folder = path.join(__dirname, '../shop/services');
  const api = new Microservice(chart, 'api', {
    image: Image.service('web', { folder, args: { SERVICE: 'web' }, dockerfile: 'Dockerfile' }),
    replicas: 1,
    health: { live: 'tcp', ready: 'tcp' },
  });
  const store = new Database(chart, 'store', { engine: 'mariadb', image: Image.of('mariadb:11.8') });
  const front = new Microservice(chart, 'front', {
    image: Image.of('node:24-slim'),
    replicas: 2,
    command: ['node', '-e', PROGRAM],
    args: ['some argument'],
    database: store,
    env: { TOKEN: { secret: 'outside', key: 'token', existing: true } },
    files: { '/etc/front/words.txt': 'from a file' },
    volumes: { '/data': new Volume(chart, 'data', { size: '1Gi', shared: true, storageClass: 'nfs' }) },
    health: { live: 'tcp', ready: 'tcp' },
  });
  front.calls(api);
  new Gateway(chart, 'gate', { host: 'stall.localhost', controllerNamespace: 'traefik', routes: { '/': front } });
});
