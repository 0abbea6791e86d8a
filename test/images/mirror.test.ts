import { mirrored } from '../../src/images/mirror';

const ALL = 'registry.example.com/mirror';
const EACH = {
  'docker.io': 'harbor.example.com/hub',
  'ghcr.io': 'harbor.example.com/github',
  'localhost:5000': 'r.io',
};
const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['postgres:18', `${ALL}/library/postgres:18`, 'harbor.example.com/hub/library/postgres:18'],
  ['postgres', `${ALL}/library/postgres`, 'harbor.example.com/hub/library/postgres'],
  ['docker.io/postgres:18', `${ALL}/library/postgres:18`, 'harbor.example.com/hub/library/postgres:18'],
  ['docker.io/library/postgres:18', `${ALL}/library/postgres:18`, 'harbor.example.com/hub/library/postgres:18'],
  ['index.docker.io/library/postgres', `${ALL}/library/postgres`, 'harbor.example.com/hub/library/postgres'],
  ['fluent/fluent-bit:4.2.0', `${ALL}/fluent/fluent-bit:4.2.0`, 'harbor.example.com/hub/fluent/fluent-bit:4.2.0'],
  [
    `postgres:18@${digest}`,
    `${ALL}/library/postgres:18@${digest}`,
    `harbor.example.com/hub/library/postgres:18@${digest}`,
  ],
  [`redis@${digest}`, `${ALL}/library/redis@${digest}`, `harbor.example.com/hub/library/redis@${digest}`],
  ['ghcr.io/cnpg/postgresql:18', `${ALL}/cnpg/postgresql:18`, 'harbor.example.com/github/cnpg/postgresql:18'],
  ['localhost:5000/a/b:1', `${ALL}/a/b:1`, 'r.io/a/b:1'],
  ['localhost/b:1', `${ALL}/b:1`, 'localhost/b:1'],
  ['quay.io/minio/minio:1', `${ALL}/minio/minio:1`, 'quay.io/minio/minio:1'],
])('%s in a mirror of all registries, and of each', (reference, inAll, inEach) => {
  expect(mirrored(reference, ALL, [])).toBe(inAll);
  expect(mirrored(reference, EACH, [])).toBe(inEach);
});

test('an image that is there already, or in an own registry, keeps its name', () => {
  expect(mirrored(`${ALL}/library/postgres:18`, ALL, [])).toBe(`${ALL}/library/postgres:18`);
  expect(
    mirrored('harbor.example.com/shop/cart:1', { 'harbor.example.com': 'a.io' }, ['harbor.example.com/shop']),
  ).toBe('harbor.example.com/shop/cart:1');
});
