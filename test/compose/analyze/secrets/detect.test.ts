import {
  hasSecretLooks,
  isSecret,
  isSecretFile,
  isSecretName,
  passwordsIn,
} from '../../../../src/compose/analyze/secrets/detect';

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
])('%s does not name a secret', (name) => expect(isSecretName(name)).toBe(false));

test('switches and paths are not secrets', () => {
  for (const value of ['', 'yes', 'true', '0', 'none', '/run/secrets/x'])
    expect(isSecret('PASSWORD', value)).toBe(false);
  expect(isSecret('PASSWORD', 'x1y2')).toBe(true);
  expect(isSecret('HARMLESS', 'plain', [{ name: 'DB_PASSWORD', value: 'plain' }])).toBe(true);
});

// In parts, so that tools which search for leaked keys do not find them here.
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
])('%s%s looks like a secret', (...parts) => expect(hasSecretLooks(parts.join(''))).toBe(true));
test.each([
  'postgres://user@host/x',
  'http://host:80/a:b@c',
  'redis://host:6379',
  'postgres://user:$PASSWORD@host',
  'mysql://u:$(P)@h',
  'BEGIN',
  'a:b@c',
])('%s does not look like a secret', (text) => expect(hasSecretLooks(text)).toBe(false));

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
])('the passwords in %s', (command, found) => expect(passwordsIn(command.split(' '))).toEqual(found));

test('secret files are recognized by their names or their content', () => {
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
