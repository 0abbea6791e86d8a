import { mentionsIn, replaceHosts } from '../../../src/compose/analyze/network/hosts';
import { knownImage } from '../../../src/compose/load/known-images';
import {
  hasSecretLooks,
  isSecret,
  isSecretFile,
  isSecretName,
  passwordsIn,
} from '../../../src/compose/analyze/secrets/detect';

test.each([
  'PASSWORD',
  'DB_PASSWORD',
  'MYSQL_ROOT_PASSWORD',
  'DB_PASS',
  'PGPASSWORD',
  'SECRET_KEY',
  'SECRET_KEY_BASE',
  'JWT_SECRET',
  'API_KEY',
  'APIKEY',
  'STRIPE_API_KEY',
  'GITHUB_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'SENTRY_DSN',
  'COOKIE_SECRET',
  'ENCRYPTION_KEY',
  'PRIVATE_KEY',
  'APP_KEY',
  'WP_AUTH_SALT',
  'RABBITMQ_DEFAULT_PASS',
  'credentials',
  'minio_secret_key',
  'INSTALLATION_KEY',
  'TOTP_VAULT_KEY',
  'SIGNING_KEYS',
  'apiKey',
  'adminPassword',
  'clientSecretKey',
  'security.admin-password',
  'REDIS_AUTH',
  'NEO4J_AUTH',
])('%s names a secret', (name) => expect(isSecretName(name)).toBe(true));

test.each([
  'PASSWORD_FILE',
  'TOKEN_TTL',
  'PASSWORD_MIN_LENGTH',
  'SECRET_NAME',
  'TOKEN_URL',
  'KEY',
  'KEYBOARD',
  'PASSAGE',
  'COMPASS',
  'TOKENIZER',
  'PUBLIC_KEY_PATH',
  'MONKEY',
  'AUTH_TYPE',
  'API_URL',
  'DB_USER',
  'PASSWORD_POLICY',
  'VAPID_PUBLIC_KEY',
  'RECAPTCHA_SITE_KEY',
  'proxy_cache_key',
  'sortKey',
  'SMTP_AUTH',
  'tokenTtl',
])('%s names none', (name) => expect(isSecretName(name)).toBe(false));

test('what only turns something on, or is the path of a file, hides nothing', () => {
  for (const value of ['', 'yes', 'true', '0', 'none', '/run/secrets/x'])
    expect(isSecret('PASSWORD', value)).toBe(false);
  expect(isSecret('PASSWORD', 'x1y2')).toBe(true);
  expect(isSecret('HARMLESS', 'plain', [{ name: 'DB_PASSWORD', value: 'plain' }])).toBe(true);
});

// Put together here, so that nobody who looks for lost keys takes them for some.
test.each([
  ['-----BEGIN RSA', ' PRIVATE KEY-----'],
  ['AK', 'IAABCDEFGHIJKLMNOP'],
  ['sk_', 'live_abcdefghijklmnop'],
  ['gh', `p_${'a1'.repeat(18)}`],
  ['xo', 'xb-1234567890-abc'],
  ['postgres://user:', 'word@host/x'],
  ['https://me:', 'word@host'],
  ['Host=db;Username=a;', 'Password=word;Pooling=true'],
  ['ey', 'JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghij'],
])('%s%s looks like one', (...parts) => expect(hasSecretLooks(parts.join(''))).toBe(true));
test.each([
  'postgres://user@host/x',
  'http://host:80/a:b@c',
  'redis://host:6379',
  'postgres://user:$PASSWORD@host',
  'mysql://u:$(P)@h',
  'BEGIN',
  'a:b@c',
])('%s does not', (text) => expect(hasSecretLooks(text)).toBe(false));

test.each([
  ['redis-server --requirepass word', ['word']],
  ['serve --password=word --x', ['word']],
  ['redis-cli -a word ping', ['word']],
  ['mysqladmin -uroot -pword ping', ['word']],
  ['tool --admin-token word', ['word']],
  ['env PASSWORD=word DEBUG=1 serve', ['word']],
  ['PASSWORD word', []],
  ['-Xmx1g -Dspring.datasource.password=word', ['word']],
  ['ls -a x', []],
  ['tar -pxf y', []],
  ['serve --password=$WORD', []],
  ['serve --password --next', []],
  ['mysqladmin ping -p"$WORD"', []],
  ['mysqld --mysql-native-password=ON', []],
])('%s', (command, found) => expect(passwordsIn(command.split(' '))).toEqual(found));

test('files that nobody should read are known by their name or by what stands in them', () => {
  for (const path of [
    '.env',
    'a/.env.production',
    'site.pem',
    'x/server.key',
    'id_rsa',
    '.htpasswd',
    'passwords.txt',
    'my-secret.yaml',
  ])
    expect([path, isSecretFile(path, '')]).toEqual([path, true]);
  for (const path of ['nginx.conf', 'a.txt', 'keys.md', 'environment.ts'])
    expect([path, isSecretFile(path, 'listen 80;\nuser nginx;\n')]).toEqual([path, false]);
  for (const text of [
    'password = word1',
    '"api_key": "abc",',
    'requirepass word',
    'x\n  token: abc1\n',
    'url=mysql://a:word@h/x',
  ])
    expect([text, isSecretFile('a.conf', text)]).toEqual([text, text !== 'requirepass word']);
  for (const text of [
    "rails['smtp_password'] = 'word'",
    "  'password' => 'word',",
    "define('DB_PASSWORD', 'word');",
    '{"db": {"password": "word"}}',
    '<password>word</password>',
    'set_header Authorization "Bearer abc1def2";',
  ])
    expect([text, isSecretFile('a.conf', text)]).toEqual([text, true]);
  for (const text of [
    "rails['smtp_password'] = ENV['WORD']",
    '"password": "${DB_PASSWORD}"',
    'password: {{ word }}',
    '<user>word</user>',
    '# Bearer authentication',
    "input['type'] = 'password'",
  ])
    expect([text, isSecretFile('a.conf', text)]).toEqual([text, false]);
});

test('hosts in settings and commands', () => {
  const at = (text: string, name?: string) =>
    mentionsIn(text, name).map(({ host, port }) => (port ? `${host}:${port}` : host));
  expect(at('http://api:3000/x?y=http://other/z')).toEqual(['api:3000', 'other']);
  expect(at('kafka1:9092,kafka2:9092')).toEqual(['kafka1:9092', 'kafka2:9092']);
  expect(at('mongodb://u:p@a:1,b:2/x')).toEqual(['a:1', 'b:2']);
  expect(at('postgresql+asyncpg://u@db/x')).toEqual(['db']);
  expect(at('redis', 'REDIS_HOST')).toEqual(['redis']);
  expect(at('redis', 'MODE')).toEqual([]);
  expect(at('--url=http://api:80')).toEqual(['api:80']);
  expect(at('12:30:00')).toEqual([]);
  expect(at('0.0.0.0:8080')).toEqual([]);
  expect(at('')).toEqual([]);
  const to = (text: string, name?: string) =>
    replaceHosts(
      text,
      ({ host, scheme }) => (host === 'api' ? { host: 'web', ...(scheme ? {} : { port: 80 }) } : undefined),
      name,
    );
  expect(to('http://api:3000/api:3000')).toBe('http://web/api:3000');
  expect(to('api:3000,b:1')).toBe('web:80,b:1');
  expect(to('http://u:p@api:3000')).toBe('http://u:p@web');
});

test('images are known by their last name, whoever keeps them', () => {
  expect(knownImage('docker.io/library/redis:8')).toMatchObject({ user: 999 });
  expect(knownImage('localhost:5000/redis')).toMatchObject({ user: 999 });
  expect(knownImage('rabbitmq:4-alpine')).toMatchObject({ user: 100 });
  expect(knownImage('timescale/timescaledb:2-pg17')).toMatchObject({ engine: 'postgres' });
  for (const image of [
    'mysql',
    'mysql:5.7',
    'docker.io/library/mysql:8.4',
    'public.ecr.aws/docker/library/mysql:8',
    'localhost:5000/mysql:9',
  ])
    expect([image, knownImage(image)?.engine]).toEqual([image, 'mysql']);
  for (const image of ['mariadb:11', 'mariadb:10.11-jammy', `mariadb@sha256:${'0'.repeat(64)}`])
    expect([image, knownImage(image)?.engine]).toEqual([image, 'mariadb']);
  // Made otherwise, or too old: they stay servers of their own.
  for (const image of [
    'mysql:5.6',
    'mariadb:10.4',
    'mariadb:5.5-trusty',
    'linuxserver/mariadb:11',
    'percona:8',
    'localhost:5000/team/mysql:8',
  ])
    expect([image, knownImage(image)]).toEqual([image, expect.objectContaining({ engine: undefined, user: 999 })]);
  for (const image of [
    'bitnami/redis:8',
    'supabase/postgres:15',
    'shop/redis-commander:1',
    'constructor',
    '__proto__',
    undefined,
  ])
    expect(knownImage(image)).toBeUndefined();
});
