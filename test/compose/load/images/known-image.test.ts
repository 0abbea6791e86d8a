import { APPLICATIONS } from '../../../../src/compose/load/images/applications';
import { knownImage } from '../../../../src/compose/load/images/known-image';
import { SERVERS } from '../../../../src/compose/load/images/servers';

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
  for (const image of ['mysql:5.6', 'mariadb:10.4', 'mariadb:5.5-trusty', 'percona:8', 'localhost:5000/team/mysql:8'])
    expect([image, knownImage(image)]).toEqual([image, expect.objectContaining({ engine: undefined, user: 999 })]);
  // Other images with the name of PostgreSQL can have settings of their own in their command.
  expect(knownImage('team/postgres:16')).toMatchObject({ engine: undefined, ports: { postgres: 5432 } });
  expect(knownImage('registry.example.com:5000/library/postgres:16')).toMatchObject({ engine: 'postgres' });
  for (const image of [
    'bitnami/redis:8',
    'supabase/postgres:15',
    'shop/redis-watcher:1',
    'constructor',
    '__proto__',
    undefined,
  ])
    expect(knownImage(image)).toBeUndefined();
});

test('images of some owners start as root, whatever their name', () => {
  for (const image of ['lscr.io/linuxserver/sonarr:4', 'linuxserver/mariadb:11', 'ghcr.io/hotio/anything'])
    expect(knownImage(image)).toMatchObject({
      needs: { runAs: expect.any(String), rootFilesystem: expect.any(String) },
    });
  expect(knownImage('linuxserver/mariadb:11')).toMatchObject({ ports: { mysql: 3306 } });
  expect(knownImage('linuxserver/mariadb:11')?.user).toBeUndefined();
});

test('the owner tells images with the same name apart', () => {
  expect(knownImage('mcr.microsoft.com/mssql/server:2022-latest')).toMatchObject({
    ports: { mssql: 1433 },
    memory: '4Gi',
  });
  expect(knownImage('vaultwarden/server:1.34')).toMatchObject({ http: 80, internet: 'web' });
  expect(knownImage('shop/server:1')).toBeUndefined();
});

test('PHP without a web server speaks FastCGI', () => {
  for (const image of ['php:8.4-fpm', 'nextcloud:31-fpm-alpine', 'wordpress:fpm'])
    expect(knownImage(image)).toMatchObject({ ports: { fastcgi: 9000 } });
  expect(knownImage('wordpress:6-apache')).toMatchObject({ http: 80 });
});

test.each([...Object.entries(SERVERS), ...Object.entries(APPLICATIONS)])(
  'the facts about %s are consistent',
  (_, facts) => {
    const { http, ports = {}, needs, user, writable, data, memory, instead } = facts;
    const numbers = [...(http === undefined ? [] : [http]), ...Object.values(ports)];
    expect(new Set(numbers).size).toBe(numbers.length);
    // An image that starts as root has no fixed user, and one that is left out has no other facts.
    expect(needs?.runAs !== undefined && user !== undefined).toBe(false);
    if (instead) expect(Object.keys(facts)).toEqual(['instead']);
    // Where the root file system is writable, no folder needs to be.
    if (needs?.rootFilesystem) expect(writable).toBeUndefined();
    for (const path of [...(writable ?? []), ...(data ?? [])]) expect(path).toMatch(/^\/[\w./-]+$/);
    if (memory !== undefined) expect(memory).toMatch(/^\d+Gi$/);
  },
);
