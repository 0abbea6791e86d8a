import { secretsInText } from '../../../src/check/secrets/secrets-in-text';

const SECRET = 'hunter2-and-more';

test.each([
  ['postgres://user:SECRET@db/app', 'a password in the URL postgres://***@db'],
  ['redis://:SECRET@redis:6379/0', 'a password in the URL redis://***@redis'],
  ['jdbc:mysql://root:SECRET@db', 'a password in the URL mysql://***@db'],
  ['https://ci:SECRET@git.example.com/shop.git', 'a password in the URL https://***@git.example.com'],
  ['nats://a:4222,nats://user:SECRET@b:4222', 'a password in the URL nats://***@b'],
  ['amqp://guest:guest@mq', 'a password in the URL amqp://***@mq'],
  ['postgres://user:p%40ssw0rd@db', 'a password in the URL postgres://***@db'],
  ['jdbc:postgresql://db/app?user=shop&password=SECRET', 'a secret in the parameter password of a URL'],
  ['https://api.example.com/v1?api_key=SECRET', 'a secret in the parameter api_key of a URL'],
  ['jdbc:oracle:thin:scott/SECRET@//db:1521/x', 'a password in the URL jdbc:oracle'],
  ['Server=db;Database=shop;User Id=sa;Password=SECRET;', 'a secret in Password of a connection string'],
  ['Password=SECRET;Host=db;', 'a secret in Password of a connection string'],
  ['jdbc:sqlserver://db:1433;user=sa;password=SECRET', 'a secret in password of a connection string'],
  [
    'DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=SECRET==;EndpointSuffix=x',
    'a secret in AccountKey of a connection string',
  ],
  ['host=db user=shop password=SECRET dbname=shop', 'a password in a connection string'],
  ["host=db password='SECRET' dbname=shop", 'a password in a connection string'],
  ['redis:6379,password=SECRET,ssl=False', 'a password in a connection string'],
  ['port 6379\nrequirepass SECRET\n', 'a password in the setting requirepass'],
  ['curl -H "Authorization: Bearer SECRET" http://api', 'a secret in the header Authorization'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu\n', 'a private key'],
  [`a token: ghp_${'a1B2c3D4e5'.repeat(4)}`, 'a token that begins with ghp_'],
])('%s', (text, what) => {
  const found = secretsInText(text.replace('SECRET', SECRET));
  expect(found.map((one) => one.what)).toEqual([what]);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

test.each([
  'postgres://user:$(PASSWORD)@db/app',
  'postgres://user:${DB_PASSWORD}@db/app',
  'postgres://user:$PASSWORD@db/app',
  'postgres://user:${DB_PASSWORD:-none}@db/app',
  'postgres://user:<password>@db/app',
  'postgres://user:{password}@db/app',
  'postgres://{{ user }}:{{ password }}@db/app',
  'postgres://%s:%s@%s/app',
  'postgres://%(user)s:%(password)s@db/app',
  'postgres://user:***@db/app',
  'postgres://user:xxxx@db/app',
  'postgres://user:PASSWORD@db/app',
  'postgres://user:YOUR_PASSWORD@db/app',
  'postgres://user:your-password@db/app',
  'postgres://user:@db/app',
  'postgres://user@db/app',
  'postgres://db:5432/app',
  'docker://alpine:3.18@sha256:abc',
  'http://web:8080/@user',
  'http://web:8080/?at=a:b@c',
  'ssh://git@git.example.com/shop.git',
  'a mail to shop:orders@example.com',
  'nats://a:4222,nats://b:4222',
  'jdbc:postgresql://db/app?user=shop&password=$(PASSWORD)',
  'http://web/login?password',
  'Server=db;Database=shop;User Id=sa;Password=$(PASSWORD);',
  'Server=db;Database=shop;User Id=sa;Password=;',
  'Server=db;Integrated Security=true;',
  'const user = load(); password = read();',
  'host=db user=shop password=$PASSWORD dbname=shop',
  'password=anything',
  'redis:6379,password=$(PASSWORD)',
  '# requirepass foobared',
  'requirepass ${PASSWORD}',
  'Authorization: Bearer $TOKEN',
  'Authorization: Basic authentication is off',
  '-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0bu\n',
  '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
  'AKIAIOSFODNN7EXAMPLE',
])('%s has no secret', (text) => {
  expect(secretsInText(text)).toEqual([]);
});

test('all secrets of a text, in their order', () => {
  const text = 'a: redis://:first1@cache\nb: http://web\nc: amqp://shop:second2@mq\n';
  expect(secretsInText(text)).toEqual([
    { what: 'a password in the URL redis://***@cache', at: text.indexOf('redis') },
    { what: 'a password in the URL amqp://***@mq', at: text.indexOf('amqp') },
  ]);
});
