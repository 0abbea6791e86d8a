import { check } from '../../../src/check/check';
import { graphOfManifests } from '../../../src/connectivity/manifest-graph';
import {
  CronTask,
  graphOf,
  Image,
  Internet,
  Microservice,
  Namespace,
  type InternetOptions,
  type MicroserviceOptions,
} from '../../../src/index';
import { mermaid } from '../../../src/links/diagrams';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

const image = Image.of('shop/reader:1.4.0');
const app = (options?: InternetOptions, more: Partial<MicroserviceOptions> = {}) =>
  chart((scope) => {
    new Namespace(scope, 'shop');
    new Microservice(scope, 'reader', { image, ...more }).calls(new Internet(options));
  });
/** The rules for egress of the caller, without that for DNS. */
const egressOf = (made: ReturnType<typeof app>, name = 'reader') =>
  find(objectsOf(made), 'NetworkPolicy', name).spec.egress.slice(1);
const manifestsOf = (made: ReturnType<typeof app>) => synthesize(made).flatMap(({ manifests }) => manifests);

const PUBLIC = [
  {
    ipBlock: {
      cidr: '0.0.0.0/0',
      except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
    },
  },
  { ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } },
];
const tcp = (...ports: number[]) => ports.map((port) => ({ port, protocol: 'TCP' }));

test.each<[string, InternetOptions | undefined, object]>([
  ['the web, but no private network', undefined, { to: PUBLIC, ports: tcp(80, 443) }],
  ['other ports', { ports: [6697] }, { to: PUBLIC, ports: tcp(6697) }],
  ['every TCP port', { ports: 'all' }, { to: PUBLIC, ports: [{ protocol: 'TCP' }] }],
  [
    'exactly these ranges',
    { cidrs: ['203.0.113.0/24', '10.0.0.0/8'] },
    { to: [{ ipBlock: { cidr: '203.0.113.0/24' } }, { ipBlock: { cidr: '10.0.0.0/8' } }], ports: tcp(80, 443) },
  ],
])('the policy of the caller allows %s', (_, options, rule) => {
  expect(egressOf(app(options))).toEqual([rule]);
});

test('the caller gets no variable', () => {
  const envOf = (made: ReturnType<typeof app>) =>
    find(objectsOf(made), 'Deployment', 'reader').spec.template.spec.containers[0].env;
  expect(envOf(app())).toEqual(envOf(chart((scope) => new Microservice(scope, 'reader', { image }))));
});

test('a repeated call of one object has no effect, and a task can call it too', () => {
  const made = chart((scope) => {
    const internet = new Internet();
    new CronTask(scope, 'fetch', { image, schedule: '@hourly' }).calls(internet, internet);
  });
  expect(egressOf(made, 'fetch')).toEqual([{ to: PUBLIC, ports: tcp(80, 443) }]);
});

test('the diagram shows it once, outside of the namespaces', () => {
  const made = chart((scope) => {
    for (const name of ['reader', 'monitor']) new Microservice(scope, name, { image }).calls(new Internet());
  });
  const graph = graphOf(made);
  expect(graph.nodes.filter(({ kind }) => kind === 'external')).toEqual([
    { id: 'internet', name: 'internet', namespace: undefined, kind: 'external' },
  ]);
  expect(graph.edges).toEqual([
    { from: 'shop/reader', to: 'internet' },
    { from: 'shop/monitor', to: 'internet' },
  ]);
  expect(mermaid(graph)).toContain('{{"internet"}}');
  expect(graphOfManifests(manifestsOf(made)).nodes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['reader', 'monitor']),
  );
});

test.each([undefined, { ports: 'all' }, { cidrs: ['203.0.113.0/24'] }] as const)(
  'the manifests with %j have no problem, also in the profile hardened',
  (options) => {
    const codes = (made: ReturnType<typeof app>) => check(manifestsOf(made), 'hardened').map(({ code }) => code);
    const without = chart((scope) => {
      new Namespace(scope, 'shop');
      new Microservice(scope, 'reader', { image });
    });
    expect(codes(app(options))).toEqual(codes(without));
  },
);

test('the check knows that the policy allows hosts outside the cluster at these ports', () => {
  const codes = (options?: InternetOptions) =>
    check(manifestsOf(app(options, { env: { FEEDS_URL: 'https://feeds.example.com' } }))).map(({ code }) => code);
  expect(codes()).toEqual([]);
  expect(codes({ ports: 'all' })).toEqual([]);
  expect(codes({ ports: [80] })).toEqual(['host-blocked']);
});

/** Values that the compiler rejects. */
// oxlint-disable-next-line typescript/no-explicit-any -- any type is the purpose
const anything = (value: unknown): any => value;

test.each<[code: string, options: InternetOptions, got: string]>([
  ['port-invalid', { ports: [0] }, '0'],
  ['port-invalid', { ports: [443, 70_000] }, '70000'],
  ['port-invalid', { ports: [] }, '[]'],
  ['port-invalid', { ports: anything(443) }, '443'],
  ['port-invalid', { ports: anything('any') }, '"any"'],
  ['host-invalid', { cidrs: ['203.0.113.0/33'] }, '"203.0.113.0/33"'],
  ['host-invalid', { cidrs: [] }, '[]'],
  ['host-invalid', { cidrs: anything('any') }, '"any"'],
])('%s of %j', (code, options, got) => {
  expect(problemsOf(app(options))).toMatchObject([{ code, field: 'calls(internet)', got }]);
});

test('a prefix of variables has no effect, so it is a problem', () => {
  const made = chart((scope) => new Microservice(scope, 'reader', { image }).callsAs('WEB', new Internet()));
  expect(problemsOf(made)).toMatchObject([{ code: 'variable-invalid', field: 'calls(internet)' }]);
});
