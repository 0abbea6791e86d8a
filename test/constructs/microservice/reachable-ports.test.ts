import { Chart } from 'cdk8s';
import { Database, ExistingService, Gateway, Image, Microservice, Namespace } from '../../../src/index';
import { leadsTo, waysOf } from '../../../src/check/world/network/policies';
import { namespaceOf, World, type Pods } from '../../../src/check/world/world';
import type { KubeObject } from '../../../src/k8s/objects';
import { ALL_CHARTS } from '../../charts/all';
import { chart, find, objectsOf, problemsOf } from '../render';

// Which ports the policies of both sides open, evaluated from the manifests alone.

const image = Image.of('shop/any:1');
const tcp = (port: number) => [{ port, protocol: 'TCP' }];

function worldOf(objects: readonly KubeObject[]): World {
  return new World(objects.map((object) => ({ object, place: () => undefined })));
}

function podsOf(world: World, name: string): Pods {
  const found = world.pods.find(({ manifest }) => manifest.object.metadata.name === name);
  if (!found) throw new Error(`There are no pods of ${name}.`);
  return found;
}

/** Whether the policies of both sides let a connection through. */
function reaches(world: World, from: Pods, to: Pods, port: number): boolean {
  const passes = (pods: Pods, direction: 'Egress' | 'Ingress', peer: Pods) =>
    waysOf(world, pods, direction)?.ways.some((way) => leadsTo(world, way, peer, port, to)) ?? true;
  return passes(from, 'Egress', to) && passes(to, 'Ingress', from);
}

/** Pods that no policy of ours selects, such as those of an ingress controller. */
const controller: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'traefik', namespace: 'traefik' },
  spec: {
    selector: { matchLabels: { app: 'traefik' } },
    template: { metadata: { labels: { app: 'traefik' } }, spec: { containers: [{ name: 'traefik', image: 'a:1' }] } },
  },
};

/** Each caller uses search in its own way. */
function shop(): KubeObject[] {
  const app = chart((scope) => {
    new Namespace(scope, 'shop');
    const search = new Microservice(scope, 'search', {
      image,
      ports: { grpc: 9090, metrics: 9100 },
      eventsPort: 8081,
      health: { port: 8082 },
    });
    new Microservice(scope, 'by-http', { image }).calls(search);
    new Microservice(scope, 'by-grpc', { image }).calls(search.port('grpc'));
    new Microservice(scope, 'by-both', { image }).calls(search, search.port('grpc'));
    new Microservice(scope, 'bus', { image }).notifies(search);
    new Microservice(scope, 'stranger', { image });
    new Microservice(new Chart(scope.node.root, 'far', { namespace: 'far' }), 'far-by-grpc', { image }).calls(
      search.port('grpc'),
    );
    new Gateway(scope, 'gate', { routes: { '/': search }, controllerNamespace: 'traefik' });
  });
  return [...objectsOf(app), controller];
}

const PORTS = { http: 8080, grpc: 9090, metrics: 9100, events: 8081, health: 8082 };

/** The names of the ports of search that the pods reach. */
function portsFor(objects: readonly KubeObject[], from: string): string[] {
  const world = worldOf(objects);
  const reachable = ([, port]: [string, number]) => reaches(world, podsOf(world, from), podsOf(world, 'search'), port);
  return Object.entries(PORTS)
    .filter(reachable)
    .map(([name]) => name);
}

test.each([
  ['by-http', ['http']],
  ['by-grpc', ['grpc']],
  ['by-both', ['http', 'grpc']],
  ['far-by-grpc', ['grpc']],
  ['bus', ['events']],
  ['traefik', ['http']],
  ['stranger', []],
])('%s reaches only the ports that it calls: %j', (from, ports) => {
  expect(portsFor(shop(), from)).toEqual(ports);
});

test('the evaluation notices a policy that opens all ports', () => {
  const opened = shop().map((object): KubeObject => {
    if (object.kind !== 'NetworkPolicy') return object;
    const without = (rules: object[] = []) => rules.map((rule) => ({ ...rule, ports: undefined }));
    const { ingress, egress } = object.spec as { ingress?: object[]; egress?: object[] };
    return { ...object, spec: { ...(object.spec as object), ingress: without(ingress), egress: without(egress) } };
  });
  expect(portsFor(opened, 'by-http')).toEqual(Object.keys(PORTS));
  expect(portsFor(opened, 'traefik')).toEqual(Object.keys(PORTS));
  expect(portsFor(opened, 'stranger')).toEqual([]);
});

test('the access from outside opens the ports of the Service, and not those for events and health checks', () => {
  const service = { external: { sources: ['203.0.113.0/24'], reason: 'Partners call it directly.' } };
  const app = chart(
    (scope) =>
      new Microservice(scope, 'search', {
        image,
        ports: { grpc: 9090 },
        eventsPort: 8081,
        health: { port: 8082 },
        service,
      }),
  );
  expect(find(objectsOf(app), 'NetworkPolicy', 'search').spec.ingress).toEqual([
    { from: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [...tcp(8080), ...tcp(9090)] },
  ]);
});

test('a call to a port sets its host and number, also with another prefix and in another namespace', () => {
  const objects = objectsOf(
    chart((scope) => {
      const search = new Microservice(scope, 'search', { image, ports: { grpc: 9090 } });
      new Microservice(scope, 'cart', { image }).calls(search.port('grpc')).callsAs('FIND', search.port('grpc'));
      new Microservice(new Chart(scope.node.root, 'far', { namespace: 'far' }), 'web', { image }).calls(
        search.port('grpc'),
      );
    }),
  );
  const env = (name: string) => find(objects, 'Deployment', name).spec.template.spec.containers[0].env.slice(1);
  expect(env('cart')).toEqual([
    { name: 'SEARCH_GRPC_HOST', value: 'search' },
    { name: 'SEARCH_GRPC_PORT', value: '9090' },
    { name: 'FIND_HOST', value: 'search' },
    { name: 'FIND_PORT', value: '9090' },
  ]);
  expect(env('web')[0]).toEqual({ name: 'SEARCH_GRPC_HOST', value: 'search.shop' });
  expect(find(objects, 'NetworkPolicy', 'cart').spec.egress.slice(1)).toHaveLength(1);
});

test('each port of a server of another protocol can be called', () => {
  const objects = objectsOf(
    chart((scope) => {
      const mq = new Microservice(scope, 'mq', { image, http: false, ports: { amqp: 5672, admin: 15672 } });
      new Microservice(scope, 'cart', { image }).calls(mq);
      new Microservice(scope, 'desk', { image }).calls(mq.port('admin'));
    }),
  );
  const egress = (name: string) => find(objects, 'NetworkPolicy', name).spec.egress[1].ports;
  expect([egress('cart'), egress('desk')]).toEqual([tcp(5672), tcp(15672)]);
});

test.each([
  ['grcp', 'one of grpc', 'Did you mean grpc?'],
  ['http', 'one of grpc', expect.stringContaining('For HTTP, call the microservice.')],
  ['health', 'one of grpc', expect.anything()],
])('a port that does not exist is a problem: %s', (name, expected, fix) => {
  const problems = problemsOf(
    chart((scope) => {
      const search = new Microservice(scope, 'search', { image, ports: { grpc: 9090 }, health: { port: 8082 } });
      new Microservice(scope, 'cart', { image }).calls(search.port(name));
    }),
  );
  expect(problems).toMatchObject([{ code: 'call-unknown', path: 'shop/search', expected, got: `"${name}"`, fix }]);
});

describe('an existing Service', () => {
  const elsewhere = (name: string, namespace: string, labels: Record<string, string>): KubeObject => ({
    ...controller,
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'a:1' }] } },
    },
  });
  const others = [
    elsewhere('billing', 'finance', { app: 'billing' }),
    elsewhere('ledger', 'finance', { app: 'ledger' }),
    elsewhere('wiki', 'tools', { app: 'billing' }),
  ];
  const reached = (service: ExistingService) => {
    const app = chart((scope) => {
      new Namespace(scope, 'shop');
      new Microservice(scope, 'cart', { image }).calls(service);
    });
    const world = worldOf([...objectsOf(app), ...others]);
    return others
      .filter(({ metadata }) => reaches(world, podsOf(world, 'cart'), podsOf(world, metadata.name), 8080))
      .map((object) => `${namespaceOf(object)}/${object.metadata.name}`);
  };

  test.each<[string, ConstructorParameters<typeof ExistingService>[1], string[]]>([
    ['only its namespace', { namespace: 'finance', port: 8080 }, ['finance/billing', 'finance/ledger']],
    [
      'only its pods',
      { namespace: 'finance', port: 80, targetPort: 8080, pods: { app: 'billing' } },
      ['finance/billing'],
    ],
    ['no pod at another port', { namespace: 'finance', port: 80, pods: { app: 'billing' } }, []],
    ['every pod with any', { port: 8080, cidrs: 'any' }, ['finance/billing', 'finance/ledger', 'tools/wiki']],
  ])('opens %s', (_, options, expected) => {
    expect(reached(new ExistingService('billing', options))).toEqual(expected);
  });
});

describe.each(Object.entries(ALL_CHARTS))('in the chart %s', (_, make) => {
  test('no pod reaches a port for health checks', () => {
    const world = worldOf(objectsOf(make()));
    for (const to of world.pods) {
      const ports = to.spec.containers.flatMap(({ ports: all = [] }) => all.filter(({ name }) => name === 'health'));
      for (const { containerPort } of ports)
        for (const from of world.pods) expect(reaches(world, from, to, containerPort)).toBe(false);
    }
  });
});

test('callers of a database reach only its port', () => {
  const objects = objectsOf(
    chart((scope) => {
      new Namespace(scope, 'shop');
      new Microservice(scope, 'cart', { image, database: new Database(scope, 'orders') });
    }),
  );
  const world = worldOf(objects);
  const [cart, orders] = [podsOf(world, 'cart'), podsOf(world, 'orders')];
  expect([5432, 22, 8080].filter((port) => reaches(world, cart, orders, port))).toEqual([5432]);
});
