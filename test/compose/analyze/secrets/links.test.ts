import { composeFolder } from '../../import';

const folder = composeFolder();

/** The keys of Secrets in the chart of some services. */
async function keysOf(services: Record<string, string>, environment: Record<string, string> = {}, top = '') {
  const text = Object.entries(services).map(([name, keys]) => `  ${name}: { image: "shop/${name}:1.0.0", ${keys} }\n`);
  const { chart, problems } = await folder.import(`${top}services:\n${text.join('')}`, [], environment);
  expect(problems).toEqual([]);
  return [...chart.matchAll(/(\w+): \{\s*secret: '([\w-]+)', key: '([\w.-]+)'/g)].map(
    ([, name, secret, key]) => `${name}=${secret}/${key}`,
  );
}

test('two services with the same password by chance have two keys', async () => {
  expect(
    await keysOf({ one: 'environment: { DB_PASSWORD: changeme }', two: 'environment: { SMTP_PASSWORD: changeme }' }),
  ).toEqual(['DB_PASSWORD=one/DB_PASSWORD', 'SMTP_PASSWORD=two/SMTP_PASSWORD']);
  expect(await keysOf({ one: 'environment: { A_PASSWORD: changeme, B_PASSWORD: changeme }' })).toEqual([
    'A_PASSWORD=one/A_PASSWORD',
    'B_PASSWORD=one/B_PASSWORD',
  ]);
});

test('a server and its callers share one key', async () => {
  const server = 'expose: [9000], environment: { MINIO_ROOT_PASSWORD: word-of-mouth }';
  const caller = 'environment: { S3_URL: "http://store:9000", S3_SECRET: word-of-mouth }';
  expect(await keysOf({ one: caller, two: caller, store: server })).toEqual([
    'S3_SECRET=one/S3_SECRET',
    'S3_SECRET=one/S3_SECRET',
    'MINIO_ROOT_PASSWORD=one/S3_SECRET',
  ]);
  const other = 'environment: { OTHER_SECRET: word-of-mouth }';
  expect(await keysOf({ store: server, one: caller, other })).toEqual([
    'MINIO_ROOT_PASSWORD=store/MINIO_ROOT_PASSWORD',
    'S3_SECRET=store/MINIO_ROOT_PASSWORD',
    'OTHER_SECRET=other/OTHER_SECRET',
  ]);
});

test('a password in the command of a server is that of its callers', async () => {
  expect(
    await keysOf({
      cache: 'expose: [6379], command: [serve, --requirepass, word-of-mouth]',
      web: 'depends_on: [cache], environment: { REDIS_PASSWORD: word-of-mouth }',
    }),
  ).toEqual(['REQUIREPASS=cache/REQUIREPASS', 'REDIS_PASSWORD=cache/REQUIREPASS']);
});

test('one variable of the Compose file is one secret', async () => {
  const services = { one: 'environment: { A_PASSWORD: "$WORD" }', two: 'environment: { B_PASSWORD: "${WORD}" }' };
  expect(await keysOf(services, { WORD: 'changeme' })).toEqual([
    'A_PASSWORD=one/A_PASSWORD',
    'B_PASSWORD=one/A_PASSWORD',
  ]);
  const other = { ...services, two: 'environment: { B_PASSWORD: "$OTHER" }' };
  expect(await keysOf(other, { WORD: 'changeme', OTHER: 'changeme' })).toEqual([
    'A_PASSWORD=one/A_PASSWORD',
    'B_PASSWORD=two/B_PASSWORD',
  ]);
});

test('one line of an env file, or of the Compose file, is one secret', async () => {
  folder.put('a.env', 'A_PASSWORD=changeme\n');
  folder.put('b.env', 'A_PASSWORD=changeme\n');
  const all = { one: 'env_file: a.env', two: 'env_file: a.env', three: 'env_file: b.env' };
  expect(await keysOf(all)).toEqual([
    'A_PASSWORD=one/A_PASSWORD',
    'A_PASSWORD=one/A_PASSWORD',
    'A_PASSWORD=three/A_PASSWORD',
  ]);
  const anchor = 'x-env: &env { A_PASSWORD: changeme }\n';
  expect(await keysOf({ one: 'environment: *env', two: 'environment: { <<: *env }' }, {}, anchor)).toEqual([
    'A_PASSWORD=one/A_PASSWORD',
    'A_PASSWORD=one/A_PASSWORD',
  ]);
});
