import type { Address } from '../../src/links/address';
import { externalAddress } from '../../src/links/address';
import { callerOf, Caller, Endpoint, type EndpointOptions } from '../../src/links/endpoint';
import { addressVariables, callVariables, prefixOf, subscriberVariables } from '../../src/links/variables';

const endpoint = (name: string, options: Partial<EndpointOptions> = {}) =>
  new Endpoint({ kind: 'microservice', name, ...options });

test.each<[Address, Record<string, string>]>([
  [{ protocol: 'http', port: 80 }, { A_URL: 'http://a' }],
  [{ protocol: 'http', port: 443 }, { A_URL: 'http://a:443' }],
  [{ protocol: 'https', port: 443 }, { A_URL: 'https://a' }],
  [{ protocol: 'https', port: 80 }, { A_URL: 'https://a:80' }],
  [
    { protocol: 'tcp', port: 80 },
    { A_HOST: 'a', A_PORT: '80' },
  ],
])('the variables of %j', (address, expected) => {
  expect(addressVariables(address, 'A', 'a', 'cart')).toEqual(
    Object.entries(expected).map(([name, value]) => ({ name, value })),
  );
});

test('a database has five variables, and its password comes from the Secret', () => {
  const address = {
    protocol: 'database',
    port: 5432,
    loginOf: (caller: string) => ({ databaseName: 'shop', user: caller, secret: 'db-app' }),
    connections: { most: 100, reserved: 10, others: 0 },
  } as const;
  expect(addressVariables(address, 'DB', 'db-rw', 'cart')).toEqual([
    { name: 'DB_HOST', value: 'db-rw' },
    { name: 'DB_PORT', value: '5432' },
    { name: 'DB_NAME', value: 'shop' },
    { name: 'DB_USER', value: 'cart' },
    { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db-app', key: 'password' } } },
  ]);
});

test('an event log has four variables, with each server at the host of the endpoint', () => {
  const address = {
    protocol: 'event-log',
    port: 4222,
    serversAt: (host: string) => ['log-0', 'log-1'].map((pod) => `${pod}.${host}:4222`),
    user: 'bus',
    password: { secret: 'log', key: 'token' },
    replicas: 1,
  } as const;
  expect(addressVariables(address, 'EVENT_LOG', 'log.shop', 'cart')).toEqual([
    { name: 'EVENT_LOG_SERVERS', value: 'log-0.log.shop:4222,log-1.log.shop:4222' },
    { name: 'EVENT_LOG_USER', value: 'bus' },
    { name: 'EVENT_LOG_PASSWORD', valueFrom: { secretKeyRef: { name: 'log', key: 'token' } } },
    { name: 'EVENT_LOG_REPLICAS', value: '1' },
  ]);
});

test('outside the cluster, ports 80 and 443 are HTTP', () => {
  expect([80, 443, 587].map((port) => externalAddress(port).protocol)).toEqual(['http', 'https', 'tcp']);
});

test('calls have variables in their order, with the host that the namespace of the caller needs', () => {
  const caller = new Caller({ kind: 'worker', name: 'till', namespace: 'shop' });
  const address = { protocol: 'http', port: 80 } as const;
  caller.call(endpoint('search', { address, namespace: 'tools' }));
  caller.call(endpoint('cart', { address, namespace: 'shop' }));
  caller.call(endpoint('cart', { address, namespace: 'shop', service: 'cart-primary' }), 'BASKET');
  caller.call(endpoint('entries', { address, namespace: 'bank', service: 'entries-rw' }));
  caller.call(endpoint('kubernetes', { kind: 'external' }));
  expect(callVariables(caller)).toEqual([
    { name: 'SEARCH_URL', value: 'http://search.tools' },
    { name: 'CART_URL', value: 'http://cart' },
    { name: 'BASKET_URL', value: 'http://cart-primary' },
    { name: 'ENTRIES_URL', value: 'http://entries-rw.bank' },
  ]);
});

test('a repeated call is one call, and a call under another prefix is a second one', () => {
  const [caller, to] = [endpoint('a'), endpoint('b')];
  for (const prefix of [undefined, 'B', 'C', 'C']) caller.call(to, prefix);
  expect(caller.calls.map(({ as }) => as)).toEqual(['B', 'C']);
  expect(to.calledBy).toEqual(caller.calls);
});

test('SUBSCRIBERS names each subscriber once', () => {
  expect(subscriberVariables([])).toEqual([]);
  expect(subscriberVariables(['posts', 'query', 'posts'])).toEqual([{ name: 'SUBSCRIBERS', value: 'posts,query' }]);
});

test('the prefix of a variable', () => {
  expect(prefixOf('MY_DB_HOST', 'HOST')).toBe('MY_DB');
  expect(prefixOf('MY_DB_HOST', 'PORT')).toBeUndefined();
  expect(prefixOf('LOCALHOST', 'HOST')).toBeUndefined();
});

test('only values with an endpoint or a caller take part in calls', () => {
  const [to, from] = [endpoint('a'), new Caller({ kind: 'gateway', name: 'b' })];
  expect(callerOf({ endpoint: to })).toBe(to);
  expect(callerOf({ caller: from })).toBe(from);
  for (const value of [undefined, null, 'a', {}, { endpoint: 'a' }, { caller: {} }]) {
    expect(callerOf(value)).toBeUndefined();
  }
});
