import { Chart } from 'cdk8s';
import { Gateway, Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { chart, find, objectsOf } from '../render';

const image = Image.of('shop/any:1');
const peer = (name: string) => ({
  podSelector: { matchLabels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'shop' } },
});
const tcp = (port: number) => [{ port, protocol: 'TCP' }];

/** A bus that notifies cart, a till that calls it, and a gateway that routes to it. */
function render(options: Partial<MicroserviceOptions>) {
  const objects = objectsOf(
    chart((scope) => {
      const cart = new Microservice(scope, 'cart', { image, ...options });
      new Microservice(scope, 'bus', { image }).notifies(cart);
      new Microservice(scope, 'till', { image }).calls(cart);
      new Gateway(scope, 'gate', { routes: { '/': cart }, controllerNamespace: 'traefik' });
    }),
  );
  const container = (name: string) => find(objects, 'Deployment', name).spec.template.spec.containers[0];
  return {
    objects,
    container: container('cart'),
    busEnv: container('bus').env,
    policy: (name: string) => find(objects, 'NetworkPolicy', name).spec,
  };
}

const gateway = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } } };

test.each([
  ['at the port for requests', {}, 8080],
  ['at the port of the health checks', { health: { port: 8082 } }, 8082],
])('backlog tells callsign status where the metric is: %s', (_, more, port) => {
  const { objects } = render({ backlog: 'jobs_waiting', ...more });
  expect(find(objects, 'Deployment', 'cart').metadata.annotations).toEqual({
    'callsign.dev/backlog': JSON.stringify({ port, metric: 'jobs_waiting' }),
  });
});

test('eventsPort is a port that only event buses reach, by the Service of its own', () => {
  const { objects, container, busEnv, policy } = render({ eventsPort: 8081 });
  expect(container.env).toEqual([
    { name: 'PORT', value: '8080' },
    { name: 'EVENTS_PORT', value: '8081' },
  ]);
  expect(container.ports).toEqual([
    { name: 'http', containerPort: 8080, protocol: 'TCP' },
    { name: 'events', containerPort: 8081, protocol: 'TCP' },
  ]);
  expect(find(objects, 'Service', 'cart-events').spec).toEqual({
    type: 'ClusterIP',
    selector: find(objects, 'Service', 'cart').spec.selector,
    ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'events' }],
  });
  expect(find(objects, 'Service', 'cart').spec.ports).toEqual([
    { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' },
  ]);
  expect(busEnv.slice(1)).toEqual([
    { name: 'SUBSCRIBERS', value: 'cart' },
    { name: 'CART_URL', value: 'http://cart-events' },
  ]);
  expect(policy('cart').ingress).toEqual([
    { from: [peer('bus')], ports: tcp(8081) },
    { from: [peer('till'), gateway], ports: tcp(8080) },
  ]);
  expect(policy('bus').egress.slice(1)).toEqual([{ to: [peer('cart')], ports: tcp(8081) }]);
  expect(policy('till').egress.slice(1)).toEqual([{ to: [peer('cart')], ports: tcp(8080) }]);
});

test('without eventsPort, events arrive at the port of requests', () => {
  const { objects, busEnv, policy } = render({});
  expect(busEnv.slice(1)).toEqual([
    { name: 'SUBSCRIBERS', value: 'cart' },
    { name: 'CART_URL', value: 'http://cart' },
  ]);
  expect(policy('cart').ingress).toEqual([{ from: [peer('bus'), peer('till'), gateway], ports: tcp(8080) }]);
  expect(objects.map(({ metadata }) => metadata.name)).not.toContain('cart-events');
});

test('in another namespace, the bus uses the long name of the Service', () => {
  const objects = objectsOf(
    chart((scope) => {
      const cart = new Microservice(scope, 'cart', { image, eventsPort: 8081 });
      const tools = new Chart(scope.node.root, 'tools', { namespace: 'tools' });
      new Microservice(tools, 'bus', { image }).notifies(cart);
    }),
  );
  expect(find(objects, 'Deployment', 'bus').spec.template.spec.containers[0].env[2]).toEqual({
    name: 'CART_URL',
    value: 'http://cart-events.shop',
  });
});

test('a worker can receive events', () => {
  const objects = objectsOf(
    chart((scope) => {
      const cart = new Microservice(scope, 'cart', { image, http: false, eventsPort: 8081 });
      new Microservice(scope, 'bus', { image }).notifies(cart);
    }),
  );
  expect(objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name)).toEqual([
    'bus',
    'cart-events',
  ]);
});

test('health.port is a port that no pod reaches, and the probes use it', () => {
  const { objects, container, policy } = render({ health: { port: 9000 } });
  expect(container.env).toEqual([
    { name: 'PORT', value: '8080' },
    { name: 'HEALTH_PORT', value: '9000' },
  ]);
  expect(container.ports[1]).toEqual({ name: 'health', containerPort: 9000, protocol: 'TCP' });
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'])
    expect(container[probe].httpGet.port).toBe(9000);
  expect(find(objects, 'Service', 'cart').spec.ports).toHaveLength(1);
  expect(policy('cart').ingress).toEqual([{ from: [peer('bus'), peer('till'), gateway], ports: tcp(8080) }]);
});

test('a worker with health.port can have paths as health checks, and tcp opens a connection to that port', () => {
  const health = { port: 9000, live: '/live', ready: 'tcp' };
  const app = chart((scope) => new Microservice(scope, 'mill', { image, http: false, health }));
  const container = find(objectsOf(app), 'Deployment', 'mill').spec.template.spec.containers[0];
  expect(container.livenessProbe.httpGet).toEqual({ path: '/live', port: 9000 });
  expect(container.readinessProbe.tcpSocket).toEqual({ port: 9000 });
});

test('gateways, event buses and callers reach only the port of requests', () => {
  const { policy } = render({ ports: { grpc: 9090 } });
  expect(policy('cart').ingress).toEqual([{ from: [peer('bus'), peer('till'), gateway], ports: tcp(8080) }]);
});

test('with a canary, the bus reaches the pods behind the Service', () => {
  const { objects } = render({ eventsPort: 8081, strategy: { canary: { image: Image.of('shop/any:2'), weight: 25 } } });
  expect(find(objects, 'Service', 'cart-events').spec.selector).toEqual(find(objects, 'Service', 'cart').spec.selector);
});
