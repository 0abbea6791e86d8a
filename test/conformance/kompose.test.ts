import { parseAllDocuments } from 'yaml';
import { builds, gapsOf, routeTo, withImages, type Written } from '../e2e/support/kompose';
import { STACKS } from '../e2e/support/stacks';

// The parts of the comparison with Kompose that need no cluster.

/** Objects as Kompose 1.37 writes them. */
const WRITTEN = parseAllDocuments(`
kind: Deployment
apiVersion: apps/v1
metadata: { name: db }
spec:
  template:
    spec:
      containers:
        - { name: db, image: postgres:17, livenessProbe: { exec: { command: ["pg_isready -U shop"] } } }
---
kind: Deployment
apiVersion: apps/v1
metadata: { name: migrate }
spec: { template: { spec: { containers: [{ name: migrate, image: migrate }] } } }
---
kind: Deployment
apiVersion: apps/v1
metadata: { name: page }
spec:
  template:
    spec:
      containers:
        - { name: shop-page, image: page, livenessProbe: { exec: { command: [test, -f, /tmp/up] } } }
---
kind: Service
apiVersion: v1
metadata: { name: page }
spec: { ports: [{ name: "3000", port: 3000, targetPort: 3000 }] }
---
kind: Namespace
apiVersion: v1
metadata: { name: shop }
`).map((document) => document.toJSON() as Written);

const COMPOSE = {
  services: {
    db: { image: 'postgres:17' },
    migrate: { build: './page', depends_on: ['db'] },
    page: {
      build: './page',
      container_name: 'shop-page',
      extra_hosts: ['printer:192.0.2.17'],
      depends_on: { migrate: { condition: 'service_completed_successfully' }, db: { condition: 'service_started' } },
    },
  },
};

test('the gaps of an output are measured', () => {
  expect(gapsOf(COMPOSE, WRITTEN)).toEqual([
    'db has no Service',
    'the probe of db runs a program called "pg_isready -U shop"',
    'migrate has no Service',
    'migrate starts again after it succeeded, and nothing waits for it',
    'no Service is called shop-page',
    'page has no extra_hosts',
  ]);
  expect(gapsOf({ services: { page: {} } }, WRITTEN)).toEqual([]);
});

test('built images get the names that the cluster has, and the namespace comes first', () => {
  expect([...builds(COMPOSE)]).toEqual([
    ['migrate', './page'],
    ['page', './page'],
  ]);
  expect([...builds({ services: { page: { build: '.', image: 'shop/page:1' } } })]).toEqual([['shop/page:1', '.']]);
  const list = withImages(WRITTEN, new Map([['page', 'kompose-shop/page:e2e']]));
  expect(list.map(({ kind }) => kind)).toEqual(['Namespace', 'Deployment', 'Deployment', 'Deployment', 'Service']);
  expect(list).toMatchObject([
    {},
    { spec: { template: { spec: { containers: [{ image: 'postgres:17' }] } } } },
    { spec: { template: { spec: { containers: [{ image: 'migrate' }] } } } },
    {
      spec: {
        template: {
          spec: { containers: [{ name: 'shop-page', image: 'kompose-shop/page:e2e', imagePullPolicy: 'Never' }] },
        },
      },
    },
    {},
  ]);
  expect(JSON.stringify(list[1])).not.toContain('imagePullPolicy');
});

test('a route leads to the port of the Service, if there is one', () => {
  expect(routeTo(WRITTEN, 'page', 'shop.localhost', 'shop')).toMatchObject({
    metadata: { name: 'route-page', namespace: 'shop' },
    spec: { hostnames: ['shop.localhost'], rules: [{ backendRefs: [{ name: 'page', port: 3000 }] }] },
  });
  expect(routeTo(WRITTEN, 'db', 'shop.localhost', 'shop')).toBeUndefined();
});

test('each stack names the service behind its only address', () => {
  const unclear = STACKS.filter(({ page, asks }) => page === undefined && asks.some(({ service }) => !service));
  expect(unclear.map(({ name }) => name)).toEqual([]);
});
