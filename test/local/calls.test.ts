import { App, Chart } from 'cdk8s';
import { EventLog, Image, Microservice, type MicroserviceOptions } from '../../src/index';
import { openCalls } from '../../src/local/calls';

const image = Image.of('shop/any:1');

/** The ports at which `web` reaches the other microservice, by name, and the variables of the call. */
async function reached(options: Partial<MicroserviceOptions>) {
  const shop = new Chart(new App(), 'shop', { namespace: 'shop' });
  const cart = new Microservice(shop, 'cart', { image, port: 3000, ...options });
  return opened(new Microservice(shop, 'web', { image }).calls(cart), cart);
}

async function opened(web: Microservice, target: Microservice | EventLog) {
  const network = {
    endpoints: [target.endpoint],
    log: { declare: () => undefined },
    upstreamOf: () => ({}),
  } as unknown as Parameters<typeof openCalls>[1];
  const { names, servers, variables } = await openCalls(web.endpoint, network);
  for (const server of servers) server.close();
  return { names, variables };
}

test('a microservice is reached at port 80, and at its own port only with ownPort', async () => {
  const { names } = await reached({});
  expect(Object.keys(names.cart!).toSorted()).toEqual(['*', '80']);
  const changed = await reached({ service: { ownPort: true } });
  const { '*': refusal, 80: port, 3000: own } = changed.names['cart.shop.svc']!;
  expect(own).toBe(port);
  expect(own).not.toBe(refusal);
  expect(changed.variables).toEqual({ CART_URL: `http://127.0.0.1:${port}` });
});

test('a UDP port is reached by its variables', async () => {
  const shop = new Chart(new App(), 'shop', { namespace: 'shop' });
  const statsd = new Microservice(shop, 'statsd', { image, http: false, udpPorts: { stats: 8125 } });
  const { names, variables } = await opened(new Microservice(shop, 'web', { image }).calls(statsd), statsd);
  expect(variables).toEqual({ STATSD_HOST: '127.0.0.1', STATSD_PORT: expect.stringMatching(/^\d+$/) });
  expect(variables.STATSD_PORT).not.toBe('8125');
  expect(Object.keys(names.statsd!)).toEqual(['*']);
});

test('the variable with the servers of an event log has one address on this machine', async () => {
  const shop = new Chart(new App(), 'shop', { namespace: 'shop' });
  const log = new EventLog(shop, 'log');
  const { names, variables } = await opened(new Microservice(shop, 'bus', { image }).keepsLogIn(log), log);
  expect(variables).toEqual({ EVENT_LOG_SERVERS: `127.0.0.1:${names.log!['4222']}` });
});
