#!/usr/bin/env node
// A stand-in for kubectl. Its API server gives the answers in the file that STUB_CLUSTER names, and records the requests.
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { createServer } = require('node:http');

/** Lists are empty unless the test names them. */
const listOf = ({ method, url, headers }) =>
  headers.accept.includes('PartialObjectMetadataList') || (method === 'GET' && LISTS.test(url))
    ? [200, { items: null }]
    : undefined;
const LISTS = /\/namespaces\/\w+\/(pods|replicasets|endpointslices|persistentvolumeclaims|events)(\?|$)/;

const {
  context,
  client = 'v1.36.0',
  proxyError,
  answers = {},
} = JSON.parse(readFileSync(process.env.STUB_CLUSTER, 'utf8'));
const args = process.argv.slice(2);

if (args.includes('current-context')) {
  if (context === undefined) {
    console.error('error: current-context is not set');
    process.exit(1);
  }
  console.log(context);
} else if (args.includes('version')) {
  console.log(JSON.stringify({ clientVersion: { gitVersion: client } }));
} else if (proxyError !== undefined) {
  console.error(proxyError);
  process.exit(1);
} else if (args.includes('port-forward')) {
  // The answer of the pod at every path.
  const [pod, port] = args.slice(args.indexOf('port-forward') + 1);
  const [code, content] = answers[`FORWARD ${pod} ${port}`] ?? [0, `error: pods "${pod}" not found`];
  if (code === 0) {
    console.error(content);
    process.exit(1);
  }
  const server = createServer((request, response) => response.writeHead(code).end(content));
  server.listen(0, '127.0.0.1', () => console.log(`Forwarding from 127.0.0.1:${server.address().port} -> ${port}`));
} else {
  writeFileSync(process.env.STUB_CLUSTER + '.pid', String(process.pid));
  const socket = args.find((arg) => arg.startsWith('--unix-socket=')).slice('--unix-socket='.length);
  createServer((request, response) => {
    let body = '';
    request.on('data', (text) => (body += text));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url, 'http://localhost');
      const dryRun = searchParams.has('dryRun');
      const kind = dryRun ? 'DRY-RUN' : request.method;
      const force = searchParams.get('force') === 'true' ? ' force' : '';
      appendFileSync(process.env.STUB_CLUSTER + '.log', `${kind}${force} ${pathname}\n`);
      const answer =
        answers[`${kind}${force} ${pathname}`] ?? answers[`${kind} ${pathname}`] ?? answers[kind] ?? listOf(request);
      const [code, content] = answer ?? [404, { kind: 'Status', code: 404, message: 'not found' }];
      if (kind === 'DELETE' && code < 300) delete answers[`GET ${pathname}`];
      // No answer at all.
      if (code === 0) return;
      const text =
        typeof content === 'string' ? content : JSON.stringify(content === null ? JSON.parse(body) : content);
      response.writeHead(code, { 'content-type': 'application/json' }).end(text);
    });
  }).listen(socket, () => console.log(`Starting to serve on ${socket}`));
}
