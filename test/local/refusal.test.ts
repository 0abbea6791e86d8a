import { App, Chart } from 'cdk8s';
import { Image, Microservice } from '../../src/index';
import { refusalOf } from '../../src/local/refusal';

const image = Image.of('shop/any:1');
const app = new App();
const shop = new Chart(app, 'shop', { namespace: 'shop' });
const web = new Microservice(shop, 'web', { image });
const cart = new Microservice(shop, 'cart', { image, ports: { grpc: 9090 } });
const cache = new Microservice(shop, 'cache', { image, http: false, ports: { redis: 6379 } });
const far = new Microservice(new Chart(app, 'bank', { namespace: 'bank' }), 'far', { image });
const peers = new Microservice(shop, 'peers', { image, service: { headless: true } });
web.calls(cart, cache, far, peers);

const refused = (host: string, port: number) => refusalOf(web.endpoint, { host, port }, { file: 'app.ts', line: 7 });

test.each(['hidden', 'hidden.shop', 'cart.other', 'far'])('the charts do not declare %s', (host) => {
  const [name] = host.split('.');
  expect(refused(host, 80)).toEqual({
    to: name,
    text: `web calls ${host}, but the charts do not declare this call. Add web.calls(${name}) in app.ts, where web is declared.`,
  });
});

test.each([
  ['cart', 8080, 'at the port 80. Write http://cart, or use the variable CART_URL.'],
  ['cart', 443, 'at the port 80. Write http://cart, or use the variable CART_URL.'],
  ['cart.shop.svc', 8080, 'at the port 80. Write http://cart.shop.svc, or use the variable CART_URL.'],
  ['far.bank', 8080, 'at the port 80. Write http://far.bank, or use the variable FAR_URL.'],
  ['peers', 80, 'at the port 8080. Write http://peers:8080, or use the variable PEERS_URL.'],
  ['cache', 80, 'at the port 6379. Write cache:6379, or use the variables CACHE_HOST, CACHE_PORT.'],
])('the call is declared, but not with the port of %s:%i', (host, port, end) => {
  const [name] = host.split('.');
  expect(refused(host, port)).toEqual({
    to: `${name}:${port}`,
    text: `web calls ${host}:${port}, but callers reach ${name} ${end}`,
  });
});

test('the charts declare a call, but not to this port', () => {
  expect(refused('cart', 9090).text).toBe(
    "web calls cart:9090, but the charts do not declare this call. Add web.calls(cart.port('grpc')).",
  );
});
