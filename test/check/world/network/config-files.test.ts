import { addressesInFile } from '../../../../src/check/world/network/config-files';

const found = (text: string, name = 'app.conf') =>
  addressesInFile(name, `${text}\n`)
    .map(({ host, port }) => `${host}:${port}`)
    .join();

test.each([
  ['upstream app {\n  server api:8080 weight=5;\n  server web;\n}', 'api:8080,web:80'],
  ['location / {\n  fastcgi_pass php:9000;\n  grpc_pass bus:50051;\n}', 'php:9000,bus:50051'],
  ['backend b\n  server s1 api:8080 check\n  server s2 web:80', 'api:8080,web:80'],
  [':80 {\n  reverse_proxy /api/* api:8080 web:80\n}', 'api:8080,web:80'],
  ['scrape_configs:\n  - targets: ["api:9090", \'web:80\', localhost:9090]', 'api:9090,web:80'],
  ['targets:\n  - api:9090\n  - "web:80"\nother: x', 'api:9090,web:80'],
  ['{\n "targets": [\n  "api:9090"\n ]\n}', 'api:9090'],
  ['bootstrap.servers=kafka-0.kafka:9092,kafka-1.kafka:9092', 'kafka-0.kafka:9092,kafka-1.kafka:9092'],
  ['exporters:\n  otlp:\n    endpoint: collector:4317\n    tls: x', 'collector:4317'],
  ['database:\n  host: db\n  port: 5432', 'db:5432'],
  ['{\n "host": "db",\n "port": 5432\n}', 'db:5432'],
  ['db.host=db\ndb.port=5432', 'db:5432'],
  ['DB_HOST = "db"\nDB_PORT = 5432', 'db:5432'],
  ['socket_address: { address: api, port_value: 8080 }\n', 'api:8080'],
  ['socket_address:\n  address: api\n  port_value: 8080', 'api:8080'],
  ['[OUTPUT]\n    Host  search\n    Port  9200', 'search:9200'],
  ['replicaof redis-0.redis 6379', 'redis-0.redis:6379'],
  ['sentinel monitor main redis 6379 2', 'redis:6379'],
])('%j names %s', (text, hosts) => {
  expect(found(text)).toBe(hosts);
});

test.each([
  'server {\n  listen 80;\n  server_name web;\n}',
  'fastcgi_pass app;\nproxy_pass http://app;',
  'server s1 10.0.0.1:80 check',
  'host: 0.0.0.0\nport: 80',
  'host: db',
  'host: db\nname: x\nport: 5432',
  'db_host=db\nmail_port=25',
  'listen_address: web:80\nadvertised.host: web:80',
  'image: nginx:1\nuser: app:1000\ntime: 12:30',
  'targets: [$HOST:80, "{{ host }}:80"]',
  'url: db',
])('%j names no certain address', (text) => {
  expect(found(text)).toBe('');
});

test('does not read programs, texts and keys', () => {
  for (const name of ['app.js', 'README.md', 'index.html', 'init.sql', 'tls.key'])
    expect(found('targets: [api:9090]', name)).toBe('');
});

test.each([
  'a',
  'a:',
  'host:',
  'host: a\n',
  'server a:1',
  'targets: [',
  'targets:\n- a:1\n',
  'a.',
  '- ',
  ' ',
  '"',
  '\n',
])('a long file of %j is read in a short time', (part) => {
  const before = performance.now();
  addressesInFile('a.conf', `${part.repeat(190_000 / part.length)}\n`);
  expect(performance.now() - before).toBeLessThan(3000);
});
