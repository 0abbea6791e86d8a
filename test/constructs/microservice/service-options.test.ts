import { check } from '../../../src/check/check';
import { Gateway, Image, Microservice, Namespace, type MicroserviceOptions } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

type Service = NonNullable<MicroserviceOptions['service']>;

const image = Image.of('shop/mail:1.0.0');
const app = (service: Service, more: object = {}) =>
  chart((scope) => new Microservice(scope, 'mail', { image, service, ...more }));
const serviceOf = (service: Service) => find(objectsOf(app(service)), 'Service', 'mail');

test('labels and annotations', () => {
  const { metadata, spec } = serviceOf({ labels: { team: 'a' }, annotations: { 'example.com/scrape': 'true' } });
  expect(metadata).toMatchObject({
    labels: { team: 'a', 'app.kubernetes.io/name': 'mail' },
    annotations: { 'example.com/scrape': 'true' },
  });
  expect(spec).toEqual(serviceOf({}).spec);
});

test('distribution and affinity', () => {
  expect(serviceOf({ trafficDistribution: 'PreferSameZone', sessionAffinity: 600 }).spec).toMatchObject({
    type: 'ClusterIP',
    trafficDistribution: 'PreferSameZone',
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
  });
});

test('each further name is a Service with the same pods and ports', () => {
  const objects = objectsOf(app({ aliases: ['smtp', 'post-office', 'smtp'] }));
  const { spec, metadata } = find(objects, 'Service', 'mail');
  for (const name of ['smtp', 'post-office'])
    expect(find(objects, 'Service', name)).toMatchObject({ spec, metadata: { labels: metadata.labels } });
  expect(objects.filter(({ kind }) => kind === 'Service')).toHaveLength(3);
  expect(objectsOf(app({})).filter(({ kind }) => kind === 'Service')).toHaveLength(1);
  // Two parts cannot have one name.
  const twice = chart((scope) => {
    new Microservice(scope, 'smtp', { image });
    new Microservice(scope, 'mail', { image, service: { aliases: ['smtp'] } });
  });
  expect(problemsOf(twice)).toContainEqual(expect.objectContaining({ code: expect.stringMatching(/taken|duplicate/) }));
});

test('access from outside opens the policy for the addresses, and nothing else', () => {
  const objects = objectsOf(app({ external: { sources: ['203.0.113.0/24'], reason: 'Mail servers deliver here.' } }));
  expect(find(objects, 'Service', 'mail').spec).toMatchObject({
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    loadBalancerSourceRanges: ['203.0.113.0/24'],
  });
  expect(find(objects, 'NetworkPolicy', 'mail').spec.ingress).toEqual([
    { from: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 8080, protocol: 'TCP' }] },
  ]);
  const every = find(objectsOf(app({ external: { reason: 'Everybody may ask.' } })), 'NetworkPolicy', 'mail').spec;
  expect(every.ingress[0].from).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]);
});

test('the reason waives the rule of the hardened profile', () => {
  const codes = (service: Service) =>
    check(
      synthesize(app(service)).flatMap(({ manifests }) => manifests),
      'hardened',
    ).map(({ code }) => code);
  const before = codes({});
  expect(codes({ external: { type: 'NodePort', reason: 'The lab has no load balancer.' } })).toEqual(before);
  expect(codes({ external: { reason: 'Everybody may ask.' } })).toEqual(before);
});

test('the ServiceAccount has the annotations of a workload identity', () => {
  const objects = objectsOf(
    app(
      {},
      { serviceAccount: { labels: { team: 'a' }, annotations: { 'iam.gke.io/gcp-service-account': 'mail@shop' } } },
    ),
  );
  expect(find(objects, 'ServiceAccount', 'mail').metadata).toMatchObject({
    labels: { team: 'a', 'app.kubernetes.io/name': 'mail' },
    annotations: { 'iam.gke.io/gcp-service-account': 'mail@shop' },
  });
});

test.each<[code: string, field: string, service: object, more?: object]>([
  ['time-invalid', 'service.sessionAffinity', { sessionAffinity: 0 }],
  ['name-invalid', 'service.aliases[1]', { aliases: ['smtp', 'mail.example.com'] }],
  ['construct-invalid', 'service.trafficDistribution', { trafficDistribution: 'Near' }],
  ['construct-invalid', 'service.external.type', { external: { type: 'Cluster', reason: 'There is a reason.' } }],
  ['construct-invalid', 'service.external.reason', { external: { reason: 'no' } }],
  ['construct-invalid', 'service', { labels: { a: 'b' } }, { http: false }],
])('%s at %s', (code, field, service, more = {}) => {
  expect(problemsOf(app(service as Service, more))).toMatchObject([{ code, field }]);
});

describe('with the port of the program', () => {
  const more = { port: 3000, ports: { admin: 9000 } };
  const shop = (service: Service, options: object = more, env: Record<string, string> = {}) =>
    chart((scope) => {
      new Namespace(scope, 'shop');
      const mail = new Microservice(scope, 'mail', { image, service, ...options });
      new Microservice(scope, 'web', { image, env }).calls(mail);
      new Gateway(scope, 'entry', { routes: { '/': mail } });
    });
  const http = { name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' };
  const admin = { name: 'admin', port: 9000, protocol: 'TCP', targetPort: 'admin' };
  const own = { name: 'http-own', port: 3000, protocol: 'TCP', targetPort: 'http' };

  test('the Service has it next to port 80, and nothing else changes', () => {
    const changed = objectsOf(shop({ ownPort: true }));
    const without = objectsOf(shop({}));
    expect(find(changed, 'Service', 'mail').spec.ports).toEqual([http, admin, own]);
    expect(find(without, 'Service', 'mail').spec.ports).toEqual([http, admin]);
    const others = (objects: typeof without) =>
      objects.filter(({ kind, metadata }) => kind !== 'Service' || metadata.name !== 'mail');
    expect(others(changed)).toEqual(others(without));
  });

  test.each([
    ['false', { ownPort: false }, more, [http, admin]],
    ['port 80 already', { ownPort: true }, { port: 80 }, [http]],
  ])('nothing is added: %s', (_, service, options, ports) => {
    expect(find(objectsOf(shop(service, options)), 'Service', 'mail').spec.ports).toEqual(ports);
  });

  test.each([
    ['mail-canary', { canary: { image: Image.of('shop/mail:1.1.0'), weight: 10, by: 'gateway' } }],
    ['mail-preview', { blueGreen: { green: Image.of('shop/mail:1.1.0') } }],
  ])('the Service %s of another release has it too', (name, strategy) => {
    const objects = objectsOf(
      chart((scope) => {
        const options = { port: 3000, strategy, service: { ownPort: true } } as Partial<MicroserviceOptions>;
        const mail = new Microservice(scope, 'mail', { image, ...options });
        new Gateway(scope, 'entry', { routes: { '/': mail }, httpRoute: { gateway: 'shared' } });
      }),
    );
    expect(find(objects, 'Service', name).spec.ports).toEqual([http, own]);
  });

  test('the Service for events keeps its one port', () => {
    const objects = objectsOf(app({ ownPort: true }, { port: 3000, eventsPort: 4000 }));
    expect(find(objects, 'Service', 'mail-events').spec.ports).toHaveLength(1);
  });

  test('the check accepts an address with this port only with the option', () => {
    const codes = (service: Service) =>
      check(
        synthesize(shop(service, more, { MAILER: 'http://mail:3000/send' })).flatMap(({ manifests }) => manifests),
      ).map(({ code, got }) => [code, got]);
    expect(codes({ ownPort: true })).toEqual([]);
    expect(codes({})).toEqual([['host-port-missing', '3000']]);
  });

  test.each<[code: string, field: string, service: Service, more: object]>([
    ['construct-invalid', 'service.ownPort', { ownPort: true, headless: true }, {}],
    ['construct-invalid', 'service.ownPort', { ownPort: true }, { http: false, ports: { smtp: 2525 } }],
    ['construct-invalid', 'service', { ownPort: true }, { http: false }],
    ['port-taken', 'ports.http-own', { ownPort: true }, { ports: { 'http-own': 9000 } }],
  ])('%s at %s', (code, field, service, options) => {
    expect(problemsOf(app(service, options))).toMatchObject([{ code, field }]);
  });

  test('without the option, a port can have the name http-own', () => {
    expect(objectsOf(app({}, { ports: { 'http-own': 9000 } }))).not.toEqual([]);
  });
});

describe('a headless Service', () => {
  const callers = (more: object = {}) =>
    chart((scope) => {
      new Namespace(scope, 'shop');
      const mail = new Microservice(scope, 'mail', { image, service: { headless: true }, ...more });
      new Microservice(scope, 'web', { image }).calls(mail);
    });

  test('has the ports of the pods, because nothing translates them', () => {
    const { spec } = find(objectsOf(callers({ port: 3000 })), 'Service', 'mail');
    expect(spec).toMatchObject({ type: 'ClusterIP', clusterIP: 'None' });
    expect(spec.ports).toEqual([{ name: 'http', port: 3000, protocol: 'TCP', targetPort: 'http' }]);
  });

  test('gives callers a URL with the port of the pods', () => {
    const objects = objectsOf(callers({ port: 3000 }));
    const [{ env }] = find(objects, 'Deployment', 'web').spec.template.spec.containers;
    expect(env).toContainEqual({ name: 'MAIL_URL', value: 'http://mail:3000' });
    const other = objectsOf(callers({ http: false, ports: { smtp: 2525 } }));
    expect(find(other, 'Deployment', 'web').spec.template.spec.containers[0].env.slice(1)).toEqual([
      { name: 'MAIL_HOST', value: 'mail' },
      { name: 'MAIL_PORT', value: '2525' },
    ]);
  });

  test('is consistent: the check finds no problem, and finds a URL without the port', () => {
    const codes = (more: object) =>
      check(
        synthesize(
          chart((scope) => {
            const mail = new Microservice(scope, 'mail', { image, service: { headless: true } });
            new Microservice(scope, 'web', { image, ...more }).calls(mail);
          }),
        ).flatMap(({ manifests }) => manifests),
      ).map(({ code, got, expected }) => [code, got, expected]);
    expect(codes({})).toEqual([]);
    expect(codes({ env: { ITS_URL: 'http://mail' } })).toEqual([['host-port-missing', '80', 'one of 8080']]);
  });

  test('has the same port in the routes of a gateway', () => {
    const routed = (options: object) =>
      objectsOf(
        chart((scope) => {
          const mail = new Microservice(scope, 'mail', { image, port: 3000, service: { headless: true } });
          new Gateway(scope, 'entry', { routes: { '/': mail }, ...options });
        }),
      );
    expect(find(routed({ httpRoute: { gateway: 'shared' } }), 'HTTPRoute', 'entry').spec.rules[0].backendRefs).toEqual([
      { name: 'mail', port: 3000 },
    ]);
    expect(
      find(routed({ controller: 'ingress-nginx' }), 'Ingress', 'entry').spec.rules[0].http.paths[0].backend.service
        .port,
    ).toEqual({
      name: 'http',
    });
  });

  test('leaves the Service for events as it is', () => {
    const objects = objectsOf(callers({ eventsPort: 4000 }));
    expect(find(objects, 'Service', 'mail-events').spec).toMatchObject({ ports: [{ port: 80 }] });
    expect(find(objects, 'Service', 'mail-events').spec.clusterIP).toBeUndefined();
  });

  test('of blue and green names the port of the preview', () => {
    const objects = objectsOf(callers({ strategy: { blueGreen: { green: Image.of('shop/mail:1.1.0') } } }));
    expect(find(objects, 'Service', 'mail-preview').spec).toMatchObject({ clusterIP: 'None', ports: [{ port: 8080 }] });
    expect(JSON.stringify(find(objects, 'Deployment', 'mail-green'))).toContain('http://mail-preview:8080');
  });

  test.each<[option: string, value: unknown]>([
    ['trafficDistribution', 'PreferSameZone'],
    ['sessionAffinity', 600],
    ['external', { reason: 'Everybody may ask.' }],
  ])('cannot have %s', (option, value) => {
    expect(problemsOf(app({ headless: true, [option]: value }))).toMatchObject([
      { code: 'construct-invalid', field: `service.${option}`, fix: `Remove headless or ${option}.` },
    ]);
    expect(objectsOf(app({ headless: false, [option]: value }))).not.toEqual([]);
  });
});
