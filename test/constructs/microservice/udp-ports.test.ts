import { Image, Microservice, type MicroserviceBase } from '../../../src/index';
import { check } from '../../../src/check/check';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/any:1');
const open = (port: number, protocol: string) => ({ port, protocol });

function dns(options: Partial<MicroserviceBase> = {}) {
  return chart((scope) => {
    const server = new Microservice(scope, 'dns', {
      image,
      http: false,
      ports: { 'dns-tcp': 53 },
      udpPorts: { dns: 53 },
      ...options,
    });
    new Microservice(scope, 'web', { image }).calls(server.port('dns'));
  });
}

test('a UDP port is a port of the container and of the Service', () => {
  const objects = objectsOf(dns());
  const { template } = find(objects, 'Deployment', 'dns').spec;
  expect(template.spec.containers[0].ports).toEqual([
    { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ]);
  // So that a program without root can listen on it.
  expect(template.spec.securityContext.sysctls).toHaveLength(1);
  expect(find(objects, 'Service', 'dns').spec.ports).toEqual([
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
  ]);
});

test('the policies of both sides open it over UDP to the callers that name it', () => {
  const objects = objectsOf(dns());
  const { ingress } = find(objects, 'NetworkPolicy', 'dns').spec;
  expect(ingress).toMatchObject([{ ports: [open(53, 'UDP')] }]);
  expect(find(objects, 'NetworkPolicy', 'web').spec.egress[1].ports).toEqual([open(53, 'UDP')]);
  expect(find(objects, 'Deployment', 'web').spec.template.spec.containers[0].env.slice(1)).toEqual([
    { name: 'DNS_DNS_HOST', value: 'dns' },
    { name: 'DNS_DNS_PORT', value: '53' },
  ]);
});

test('callers of the same number over TCP and over UDP have a rule each', () => {
  const objects = objectsOf(
    chart((scope) => {
      const server = new Microservice(scope, 'dns', { image, http: false, ports: { tcp: 53 }, udpPorts: { udp: 53 } });
      new Microservice(scope, 'web', { image }).calls(server);
      new Microservice(scope, 'api', { image }).calls(server.port('udp'));
    }),
  );
  expect(find(objects, 'NetworkPolicy', 'dns').spec.ingress).toMatchObject([
    { ports: [open(53, 'TCP')] },
    { ports: [open(53, 'UDP')] },
  ]);
});

test('a server with UDP ports only has a Service and no probes, and a call reaches its first port', () => {
  const objects = objectsOf(
    chart((scope) => {
      const statsd = new Microservice(scope, 'statsd', { image, http: false, udpPorts: { stats: 8125, other: 8126 } });
      new Microservice(scope, 'web', { image }).calls(statsd);
    }),
  );
  expect(find(objects, 'Service', 'statsd').spec.ports).toHaveLength(2);
  expect(find(objects, 'Deployment', 'statsd').spec.template.spec.containers[0]).not.toHaveProperty('readinessProbe');
  expect(find(objects, 'NetworkPolicy', 'statsd').spec.ingress).toMatchObject([{ ports: [open(8125, 'UDP')] }]);
  expect(find(objects, 'Deployment', 'web').spec.template.spec.containers[0].env.slice(1)).toEqual([
    { name: 'STATSD_HOST', value: 'statsd' },
    { name: 'STATSD_PORT', value: '8125' },
  ]);
});

test('the access from outside opens it too', () => {
  const app = dns({ service: { external: { reason: 'Machines of the office ask it.' } } });
  expect(find(objectsOf(app), 'NetworkPolicy', 'dns').spec.ingress.at(-1).ports).toEqual([
    open(53, 'TCP'),
    open(53, 'UDP'),
  ]);
});

test.each([
  ['port-taken', 'udpPorts.dns-tcp', { udpPorts: { 'dns-tcp': 54 } }],
  ['port-taken', 'udpPorts.http', { udpPorts: { http: 54 } }],
  ['port-taken', 'udpPorts.b', { udpPorts: { a: 54, b: 54 } }],
  ['port-taken', 'ports.http-own', { http: true, service: { ownPort: true }, udpPorts: { 'http-own': 54 } }],
  ['port-invalid', 'udpPorts.a', { udpPorts: { a: 0 } }],
  ['name-invalid', 'udpPorts.A', { udpPorts: { A: 54 } }],
  ['health-invalid', 'health.ready', { ports: {}, health: { ready: 'tcp' } }],
] as const)('reports %s at %s', (code, field, options) => {
  const udp = { udpPorts: { dns: 53 }, ...options };
  const app = chart((scope) => {
    new Microservice(scope, 'dns', { image, http: false, ports: { 'dns-tcp': 53 }, ...udp });
  });
  expect(problemsOf(app)).toMatchObject([{ code, field: expect.stringContaining(field) }]);
});

test('check accepts a call over UDP, and reports one that only TCP rules allow', () => {
  const blocked = (port: string) => {
    const app = chart((scope) => {
      const server = new Microservice(scope, 'dns', {
        image,
        http: false,
        ports: { tcp: 54, same: 53 },
        udpPorts: { udp: 53, stats: 8125 },
      });
      new Microservice(scope, 'web', { image, env: { NAMES: 'dns:53', STATS: 'dns:8125' } }).calls(server.port(port));
    });
    const manifests = synthesize(app).flatMap((each) => each.manifests);
    return check(manifests)
      .filter(({ code }) => code === 'call-blocked')
      .map(({ fix }) => fix);
  };
  const stats = "Declare the call in the chart: web.calls(dns.port('stats')).";
  expect(blocked('udp')).toEqual([stats]);
  expect(blocked('same')).toEqual([stats]);
  expect(blocked('stats')).toEqual(["Declare the call in the chart: web.calls(dns.port('same'))."]);
});
