import { knownImage } from '../../../src/compose/load/known-images';

test('images are recognized by the last part of their names', () => {
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
  // Third-party or old images become microservices.
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
