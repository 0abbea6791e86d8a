import { check } from '../../../src/check/check';
import { Image, Microservice, type MicroserviceOptions } from '../../../src/index';
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
  ['construct-invalid', 'service.trafficDistribution', { trafficDistribution: 'Near' }],
  ['construct-invalid', 'service.external.type', { external: { type: 'Cluster', reason: 'There is a reason.' } }],
  ['construct-invalid', 'service.external.reason', { external: { reason: 'no' } }],
  ['construct-invalid', 'service', { labels: { a: 'b' } }, { http: false }],
])('%s at %s', (code, field, service, more = {}) => {
  expect(problemsOf(app(service as Service, more))).toMatchObject([{ code, field }]);
});
