import { check } from '../../src/check/check';
import { readManifests } from '../../src/check/read/read';
import { HARDENED_RULES } from '../../src/check/rules/registry';
import type { Code } from '../../src/problems/codes';
import { casesIn } from './cases';

const HARDENED = casesIn('good').find(({ name }) => name === 'hardened')!.text;

/** The codes that a check reports after one change to the hardened application. */
function codesWith(text: string, by: string): string[] {
  expect(HARDENED.split(text).length).toBeGreaterThan(1);
  const { manifests, problems } = readManifests(HARDENED.replace(text, by), 'a.yaml');
  return [...problems, ...check(manifests, 'hardened')].map(({ code }) => code);
}

/** For each rule, changes that break it: a text of the hardened application, and its replacement. */
const BREAKS: Readonly<Partial<Record<Code, readonly (readonly [text: string, by: string])[]>>> = {
  'root-allowed': [
    ['runAsNonRoot: true, ', ''],
    ['runAsNonRoot: true', 'runAsNonRoot: true, runAsUser: 0'],
    ['readOnlyRootFilesystem: true,', 'readOnlyRootFilesystem: true, runAsNonRoot: false,'],
  ],
  'escalation-allowed': [
    ['allowPrivilegeEscalation: false, ', ''],
    ['allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'],
  ],
  privileged: [['allowPrivilegeEscalation: false', 'privileged: true']],
  'capabilities-kept': [
    ['drop: [ALL]', 'drop: [NET_RAW]'],
    ['drop: [ALL]', 'drop: [ALL], add: [SYS_TIME]'],
    [', capabilities: { drop: [ALL] }', ''],
  ],
  'seccomp-off': [
    ['type: RuntimeDefault', 'type: Unconfined'],
    [', seccompProfile: { type: RuntimeDefault }', ''],
  ],
  'root-writable': [
    ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false'],
    ['readOnlyRootFilesystem: true, ', ''],
  ],
  'exception-invalid': [
    '{ container: web, rootFilesystem: writable }',
    '[{ "container": "web", "rootFilesystem": "writable" }]',
    '[{ "container": "web", "rootFilesystem": "writable", "reason": "later" }]',
    '[{ "rootFilesystem": "writable", "reason": "It unpacks plugins." }]',
    '[{ "container": "web", "capability": "ALL", "reason": "It unpacks plugins." }]',
    '[{ "container": "web", "capability": "CHOWN", "runAs": "root", "reason": "It unpacks plugins." }]',
    '[{ "container": "other", "rootFilesystem": "writable", "reason": "It unpacks plugins." }]',
    // The container does not use them.
    '[{ "container": "web", "rootFilesystem": "writable", "reason": "It unpacks plugins." }]',
    '[{ "container": "web", "runAs": "root", "reason": "It unpacks plugins." }]',
    '[{ "container": "web", "capability": "CHOWN", "reason": "It unpacks plugins." }]',
  ].map((exceptions) => [
    'kind: Deployment\nmetadata: { ',
    `kind: Deployment\nmetadata: { annotations: { callsign.dev/exceptions: '${exceptions}' }, `,
  ]),
  'host-shared': [
    ['serviceAccountName: web', 'hostPID: true'],
    ['serviceAccountName: web', 'hostNetwork: true'],
  ],
  'host-port': [['containerPort: 8080', 'containerPort: 8080, hostPort: 8080']],
  'host-path': [
    ['emptyDir: {}', 'hostPath: { path: /var/run/docker.sock }'],
    ['emptyDir: {}', 'nfs: { server: a, path: /a }'],
  ],
  'isolation-weakened': [
    ['runAsNonRoot: true', 'runAsNonRoot: true, sysctls: [{ name: kernel.msgmax, value: "1" }]'],
    ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: true, procMount: Unmasked'],
    ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: true, appArmorProfile: { type: Unconfined }'],
  ],
  'requests-missing': [
    ['cpu: 100m, ', ''],
    ['requests: { cpu: 10m, memory: 16Mi }, ', ''],
  ],
  'limit-missing': [[', limits: { memory: 128Mi }', '']],
  'readiness-missing': [['readinessProbe: { httpGet: { path: /ready, port: http } }', '']],
  'readiness-shared': [
    ['httpGet: { path: /ready, port: http }', 'exec: { command: [curl, -f, "http://api/ready"] }'],
    ['httpGet: { path: /ready, port: http }', 'exec: { command: [sh, -c, "pg_isready -U web -h api"] }'],
    ['httpGet: { path: /ready, port: http }', 'exec: { command: [mysqladmin, ping, --host=api.shop, --port=5432] }'],
    ['httpGet: { path: /ready, port: http }', 'exec: { command: [nc, -z, -w, "1", api, "5432"] }'],
  ],
  'gateway-open': [
    [
      'from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: gateway } } }, { podSelector: {} }], ',
      '',
    ],
    ['{ matchLabels: { kubernetes.io/metadata.name: gateway } }', '{}'],
    [
      '{ matchLabels: { kubernetes.io/metadata.name: gateway } }',
      '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [shop] }] }',
    ],
    [
      'ports: [{ port: http }] }]',
      'ports: [{ port: http }] }, { from: [{ namespaceSelector: {}, podSelector: {} }] }]',
    ],
  ],
  'liveness-missing': [['livenessProbe: { httpGet: { path: /healthz, port: http } }', '']],
  'probe-port-undeclared': [
    ['path: /healthz, port: http', 'path: /healthz, port: 8081'],
    ['livenessProbe: { httpGet: { path: /healthz, port: http } }', 'livenessProbe: { grpc: { port: 9000 } }'],
  ],
  'scrape-port-undeclared': [["'8080'", "'8081'"]],
  'probes-same': [['/healthz', '/ready']],
  'secret-in-plain-text': [
    ['name: LEVEL', 'name: DB_PASSWORD'],
    ['name: LEVEL', 'name: api_key'],
  ],
  'token-mounted': [
    ['automountServiceAccountToken: false', 'automountServiceAccountToken: true'],
    ['restartPolicy: Never\n          automountServiceAccountToken: false', 'restartPolicy: Never'],
  ],
  'replicas-together': [
    [
      'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: web } } }]',
      '',
    ],
  ],
  'budget-missing': [
    ['AlwaysAllow, selector: { matchLabels: { app: web } }', 'AlwaysAllow, selector: { matchLabels: { app: tidy } }'],
  ],
  'budget-blocks-unhealthy': [
    ['unhealthyPodEvictionPolicy: AlwaysAllow, ', ''],
    ['AlwaysAllow', 'IfHealthyBudget'],
  ],
  'deadline-missing': [['startingDeadlineSeconds: 600', 'suspend: false']],
  'policy-missing': [
    ['podSelector: {}', 'podSelector: { matchLabels: { app: web } }'],
    ['podSelector: {}', 'podSelector: {}, policyTypes: [Egress], egress: [{}]'],
  ],
  'dns-without-tcp': [
    ['ports: [{ port: http }] }]', 'ports: [{ port: http }] }], egress: [{ ports: [{ port: 53, protocol: UDP }] }]'],
  ],
  'api-port-missing': [
    [
      '---\napiVersion: policy/v1',
      `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: tidy, namespace: shop }
spec: { podSelector: { matchLabels: { app: tidy } }, policyTypes: [Egress], egress: [{ ports: [{ port: 6443 }] }] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: tidy, namespace: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: tidy, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: tidy, namespace: shop }]
---
apiVersion: v1
kind: Pod
metadata: { name: tidy, namespace: shop, labels: { app: tidy } }
spec:
  serviceAccountName: tidy
  securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
  containers:
    - name: tidy
      image: shop/tidy:1
      resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 32Mi } }
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
---
apiVersion: policy/v1`,
    ],
  ],
  'namespace-default': [
    [
      'kind: CronJob\nmetadata: { name: tidy, namespace: shop }',
      'kind: CronJob\nmetadata: { name: tidy, namespace: default }',
    ],
  ],
  'rights-wildcard': [
    ['verbs: [get]', 'verbs: ["*"]'],
    ['resources: [secrets]', 'resources: ["*"]'],
  ],
  'rights-all': [['kind: ClusterRole, name: view', 'kind: ClusterRole, name: cluster-admin']],
  'rights-secrets': [['resourceNames: [login], ', '']],
  'service-exposed': [
    ['type: ClusterIP', 'type: NodePort'],
    ['type: ClusterIP', 'externalIPs: [10.1.1.1]'],
  ],
  'route-without-tls': [
    ['*.example.com', 'other.example.com'],
    ['host: shop.localhost', 'host: shop.test'],
  ],
};

test('every hardened rule has a change that breaks it', () => {
  expect(Object.keys(BREAKS).toSorted()).toEqual(HARDENED_RULES.map(({ code }) => code).toSorted());
});

test('the hardened application has no problems in the profile hardened', () => {
  const { manifests } = readManifests(HARDENED, 'a.yaml');
  expect(check(manifests, 'hardened')).toEqual([]);
});

const breaks = Object.entries(BREAKS).flatMap(([code, all]) => all.map(([text, by]) => [code, text, by] as const));

test.each(breaks)('%s: %j replaced by %j', (code, text, by) => {
  const codes = codesWith(text, by);
  expect(codes).toContain(code);
  // A change breaks only one rule, except for related rules.
  const related: Record<string, string[]> = {
    privileged: ['escalation-allowed'],
    'budget-missing': ['budget-without-pods'],
    'namespace-default': ['policy-missing'],
    'host-shared': ['token-mounted'],
  };
  expect(codes.filter((other) => other !== code && !related[code]?.includes(other))).toEqual([]);
});

test('the profile wiring reports none of these problems', () => {
  for (const [code, text, by] of breaks) {
    const { manifests } = readManifests(HARDENED.replace(text, by), 'a.yaml');
    expect(check(manifests).map((problem) => problem.code)).not.toContain(code);
  }
});

test.each([
  [
    'a pod with permissions needs its token',
    'automountServiceAccountToken: false',
    'automountServiceAccountToken: true',
    'kind: User, name: ada, apiGroup: rbac.authorization.k8s.io',
    'kind: ServiceAccount, name: web, namespace: shop',
  ],
  [
    'the name of a Secret is not a secret',
    'name: LEVEL, value: info',
    'name: THE_SECRET, value: login',
    'apiVersion: policy/v1',
    'apiVersion: v1\nkind: Secret\nmetadata: { name: login, namespace: shop }\n---\napiVersion: policy/v1',
  ],
  ['a path to a secret is not a secret', 'name: LEVEL, value: info', 'name: TOKEN, value: /var/run/token', 'a', 'a'],
  ['a switch is not a secret', 'name: LEVEL, value: info', 'name: ALLOW_EMPTY_PASSWORD, value: "yes"', 'a', 'a'],
  [
    'a program on a port below 1024 needs one capability',
    'drop: [ALL]',
    'drop: [ALL], add: [NET_BIND_SERVICE]',
    'a',
    'a',
  ],
  [
    'a readiness probe may call its own pod',
    'httpGet: { path: /ready, port: http }',
    'exec: { command: [sh, -c, "pg_isready -h 127.0.0.1 -U api && curl -f http://web/ready"] }',
    'a',
    'a',
  ],
  ['tls without hosts covers each host', 'hosts: ["*.example.com"], ', '', 'a', 'a'],
])('%s', (_, text, by, other, otherBy) => {
  const { manifests } = readManifests(HARDENED.replace(text, by).replace(other, otherBy), 'a.yaml');
  expect(check(manifests, 'hardened')).toEqual([]);
});

test('a host without TLS: the fix names the option of a gateway', () => {
  const ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { rules: [{ host: shop.example.com }] }
`;
  const { manifests } = readManifests(ingress, 'a.yaml');
  expect(check(manifests, 'hardened').filter(({ code }) => code === 'route-without-tls')).toEqual([
    expect.objectContaining({
      fix: 'Set the option tlsSecret of the gateway to the Secret with the certificate. In YAML: add shop.example.com to spec.tls.',
    }),
  ]);
});

describe('an HTTPRoute', () => {
  const API = 'gateway.networking.k8s.io/v1';
  const codes = (
    route: string,
    listeners = '[{ name: http, protocol: HTTP, port: 80 }, { name: https, protocol: HTTPS, port: 443 }]',
  ) => {
    const text = `
apiVersion: ${API}
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: eg, listeners: ${listeners} }
---
apiVersion: ${API}
kind: HTTPRoute
metadata: { name: shop, namespace: shop }
spec: ${route}
`;
    return check(readManifests(text, 'a.yaml').manifests, 'hardened')
      .filter(({ code }) => code === 'route-without-tls')
      .map(({ field, message }) => [field, message]);
  };
  const problem = [['spec.hostnames[0]', 'shop.example.com is served without TLS.']];

  test.each([
    [
      'of a listener for plain HTTP',
      '{ parentRefs: [{ name: public, sectionName: http }], hostnames: [shop.example.com] }',
    ],
    ['of all listeners', '{ parentRefs: [{ name: public }], hostnames: [shop.example.com] }'],
  ])('%s is served without TLS', (_, route) => {
    expect(codes(route)).toEqual(problem);
  });

  test.each([
    ['of a listener with TLS', '{ parentRefs: [{ name: public, sectionName: https }], hostnames: [shop.example.com] }'],
    ['of this machine', '{ parentRefs: [{ name: public }], hostnames: [shop.localhost] }'],
    ['of another Gateway', '{ parentRefs: [{ name: other }], hostnames: [shop.example.com] }'],
    ['without hosts', '{ parentRefs: [{ name: public }] }'],
    [
      'that redirects',
      '{ parentRefs: [{ name: public }], hostnames: [shop.example.com], rules: [{ filters: [{ type: RequestRedirect }] }] }',
    ],
  ])('%s has no problem', (_, route) => {
    expect(codes(route)).toEqual([]);
  });

  test('that redirects only some requests is served without TLS', () => {
    const rules = '[{ filters: [{ type: RequestRedirect }] }, {}]';
    expect(codes(`{ parentRefs: [{ name: public }], hostnames: [shop.example.com], rules: ${rules} }`)).toEqual(
      problem,
    );
  });
});
