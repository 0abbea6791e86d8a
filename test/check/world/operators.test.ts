import { deployment, documents, problemsIn, service } from '../problems-in';

const custom = (apiVersion: string, kind: string, name: string, spec = '{}', namespace = 'shop') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}`;
const calls = (host: string) => deployment(`env: [{ name: DB_HOST, value: ${host} }]`);
const reads = (secret: string, key = 'password') =>
  deployment(`env: [{ name: A, valueFrom: { secretKeyRef: { name: ${secret}, key: ${key} } } }]`);
const mounts = (map: string) => deployment('', { pod: `volumes: [{ name: a, configMap: { name: ${map} } }]` });

describe('an operator gives names that nothing else has, even if its custom objects are elsewhere', () => {
  test.each([
    ['kafka.strimzi.io/v1', 'Kafka', 'events-kafka-bootstrap'],
    ['kafka.strimzi.io/v1', 'KafkaBridge', 'events-bridge-service'],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', 'events-es-http'],
    ['kibana.k8s.elastic.co/v1', 'Kibana', 'events-kb-http'],
    ['ray.io/v1', 'RayCluster', 'events-head-svc'],
    ['ray.io/v1', 'RayService', 'events-x7k2p-head-svc'],
  ])('%s %s: the Service %s', (apiVersion, kind, host) => {
    expect(problemsIn('host-unknown', calls(host))).toEqual([]);
    expect(problemsIn('host-unknown', documents(calls(host), custom(apiVersion, kind, 'events')))).toEqual([]);
    expect(problemsIn('host-unknown', documents(calls(host), custom(apiVersion, kind, 'other')))).toHaveLength(1);
    expect(problemsIn('host-unknown', calls('events-http'))).toHaveLength(1);
  });

  test.each([
    ['kafka.strimzi.io/v1', 'Kafka', 'events-cluster-ca-cert'],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', 'events-es-elastic-user'],
    ['elasticsearch.k8s.elastic.co/v1', 'Elasticsearch', 'events-es-http-certs-public'],
    ['acid.zalan.do/v1', 'postgresql', 'owner.events.credentials.postgresql.acid.zalan.do'],
    ['acid.zalan.do/v1', 'postgresql', 'blog.owner.events.credentials.postgresql.acid.zalan.do'],
    ['app.redislabs.com/v1', 'RedisEnterpriseDatabase', 'redb-events'],
  ])('%s %s: the Secret %s', (apiVersion, kind, name) => {
    expect(problemsIn('secret-missing', reads(name))).toEqual([]);
    expect(problemsIn('secret-missing', documents(reads(name), custom(apiVersion, kind, 'events')))).toEqual([]);
    expect(problemsIn('secret-missing', documents(reads(name), custom(apiVersion, kind, 'other')))).toHaveLength(1);
  });

  test('a Service of the Prometheus operator', () => {
    expect(problemsIn('host-unknown', calls('prometheus-operated'))).toEqual([]);
    expect(problemsIn('host-unknown', calls('prometheus-operate'))).toHaveLength(1);
  });
});

test.each(['kube-root-ca.crt', 'istio-ca-root-cert', 'openshift-service-ca.crt'])(
  'every namespace has the ConfigMap %s',
  (name) => {
    expect(problemsIn('config-map-missing', mounts(name))).toEqual([]);
    expect(problemsIn('config-map-missing', mounts(`my-${name}`))).toHaveLength(1);
  },
);

test('custom objects whose kinds end with Service have Services', () => {
  for (const kind of ['InferenceService', 'RayService'])
    expect(
      problemsIn('host-unknown', documents(calls('iris-predictor'), custom('a.example.com/v1', kind, 'iris'))),
    ).toEqual([]);
});

test('a release of Argo CD or Flux creates objects in its target namespace', () => {
  const app = (spec: string) => custom('argoproj.io/v1alpha1', 'Application', 'redis', spec, 'argocd');
  expect(
    problemsIn('host-unknown', documents(calls('redis-master'), app('{ destination: { namespace: shop } }'))),
  ).toEqual([]);
  expect(problemsIn('host-unknown', documents(calls('redis-master'), app('{ targetNamespace: shop }')))).toEqual([]);
  expect(
    problemsIn('host-unknown', documents(calls('redis-master'), app('{ destination: { namespace: blog } }'))),
  ).toHaveLength(1);
});

describe('a Secret is created for', () => {
  test.each([
    [
      'a claim of Crossplane',
      custom('db.example.com/v1', 'Instance', 'a', '{ writeConnectionSecretToRef: { name: db } }'),
    ],
    [
      'a claim of Crossplane in another namespace',
      custom(
        'db.example.com/v1',
        'Instance',
        'a',
        '{ writeConnectionSecretToRef: { name: db, namespace: shop } }',
        'infra',
      ),
    ],
    [
      'Vault',
      custom('secrets.hashicorp.com/v1beta1', 'VaultStaticSecret', 'a', '{ destination: { name: db, create: true } }'),
    ],
    [
      'the CSI driver',
      custom('secrets-store.csi.x-k8s.io/v1', 'SecretProviderClass', 'a', '{ secretObjects: [{ secretName: db }] }'),
    ],
    ['1Password', custom('onepassword.com/v1', 'OnePasswordItem', 'db')],
    ['External Secrets without another name', custom('external-secrets.io/v1', 'ExternalSecret', 'db')],
    [
      'a Service of OpenShift',
      'apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: shop, annotations: { service.beta.openshift.io/serving-cert-secret-name: db } }',
    ],
  ])('%s', (_, yaml) => {
    const mounted = deployment('', { pod: 'volumes: [{ name: a, secret: { secretName: db } }]' });
    expect(problemsIn('secret-missing', documents(yaml, mounted))).toEqual([]);
    expect(problemsIn('secret-missing', documents(yaml.replace(/\bdb\b(?!\.)/, 'bd'), mounted))).toHaveLength(1);
  });

  test('a Certificate, whose keystores add keys', () => {
    const certificate = (more: string) =>
      custom('cert-manager.io/v1', 'Certificate', 'a', `{ secretName: web-tls${more} }`);
    expect(problemsIn('secret-missing', documents(certificate(''), reads('web-tls', 'tls.crt')))).toEqual([]);
    expect(problemsIn('secret-missing', documents(certificate(''), reads('web-tls', 'keystore.jks')))).toHaveLength(1);
    expect(
      problemsIn(
        'secret-missing',
        documents(certificate(', keystores: { jks: { create: true } }'), reads('web-tls', 'keystore.jks')),
      ),
    ).toEqual([]);
  });

  test('a SealedSecret, with the keys of its template', () => {
    const sealed = custom(
      'bitnami.com/v1alpha1',
      'SealedSecret',
      'db',
      '{ encryptedData: { a: AgB }, template: { data: { url: x } } }',
    );
    expect(problemsIn('secret-missing', documents(sealed, reads('db', 'url')))).toEqual([]);
    expect(problemsIn('secret-missing', documents(sealed, reads('db', 'uri')))).toHaveLength(1);
  });
});

test.each([
  ['has no keys', 'data: {}'],
  ['gets a token', 'type: kubernetes.io/service-account-token\ndata: { a: eA== }'],
  ['names a program that fills it', 'data: { a: eA== }', '{ secret-generator.v1.mittwald.de/autogenerate: password }'],
])('a Secret that %s gets its keys in the cluster', (_, yaml, annotations = '{}') => {
  const secret = (fields: string, notes = '{}') =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop, annotations: ${notes} }\n${fields}`;
  expect(problemsIn('secret-missing', documents(secret(yaml, annotations), reads('db')))).toEqual([]);
  expect(problemsIn('secret-missing', documents(secret('data: { a: eA== }'), reads('db')))).toHaveLength(1);
});

describe('a program that creates pods', () => {
  const role = (kind: string, rule: string) =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: operator, namespace: shop }\nrules: [${rule}]`;
  const binding = (kind: string, of: string, namespace = 'shop') =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: operator, namespace: ${namespace} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${of}, name: operator }\nsubjects: [{ kind: ServiceAccount, name: operator, namespace: shop }]`;
  const OPERATOR = deployment('', { name: 'operator', pod: 'serviceAccountName: operator' });
  const PODS = '{ apiGroups: [""], resources: [pods], verbs: [create] }';
  const found = (name: string, ...objects: string[]) =>
    problemsIn('service-without-pods', documents(service(name, { namespace: 'shop' }), OPERATOR, ...objects));

  test.each([
    ['Role', PODS],
    ['Role', '{ apiGroups: [apps], resources: [deployments], verbs: [get, patch] }'],
    ['Role', '{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }'],
  ])('explains a Service without pods with the %s %s', (kind, rule) => {
    expect(found('webhook', role(kind, rule), binding('RoleBinding', kind))).toEqual([]);
  });

  test('explains it with a ClusterRole', () => {
    expect(found('webhook', role('ClusterRole', PODS), binding('ClusterRoleBinding', 'ClusterRole'))).toEqual([]);
  });

  test.each([
    ['without permission', role('Role', PODS.replace('create', 'get')), binding('RoleBinding', 'Role')],
    [
      'with permission for another resource',
      role('Role', PODS.replace('pods', 'secrets')),
      binding('RoleBinding', 'Role'),
    ],
    ['with permission in another namespace', role('ClusterRole', PODS), binding('RoleBinding', 'ClusterRole', 'blog')],
    ['without a binding', role('Role', PODS)],
  ])('%s explains nothing', (_, ...objects) => {
    expect(found('webhook', ...objects)).toHaveLength(1);
  });

  test('does not explain a typing error', () => {
    expect(found('operater', role('Role', PODS), binding('RoleBinding', 'Role'))).toHaveLength(1);
  });

  test('creates the Secrets that its role names', () => {
    const secrets = '{ apiGroups: [""], resources: [secrets], verbs: [create] }';
    const named = (name: string) =>
      `${secrets}, { apiGroups: [""], resources: [secrets], resourceNames: [${name}], verbs: [get] }`;
    const missing = (rules: string) =>
      problemsIn(
        'secret-missing',
        documents(OPERATOR, role('Role', rules), binding('RoleBinding', 'Role'), reads('db')),
      );
    expect(missing(named('db'))).toEqual([]);
    expect(missing(named('other'))).toHaveLength(1);
    expect(missing(named('db').replace('create', 'list'))).toHaveLength(1);
  });
});

test('a label with a domain that no pod of the manifests has is set by a program', () => {
  const policy = (label: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: shop }\nspec: { podSelector: { matchLabels: { ${label} } } }`;
  const code = 'policy-without-pods';
  const labeled = deployment('').replaceAll('app: web', 'shop.example.com/app: web');
  expect(problemsIn(code, documents(deployment(''), policy('v1.min.io/tenant: a')))).toEqual([]);
  expect(problemsIn(code, documents(deployment(''), policy('app.kubernetes.io/name: a')))).toHaveLength(1);
  expect(problemsIn(code, documents(labeled, policy('shop.example.com/name: web')))).toHaveLength(1);
  expect(problemsIn(code, documents(labeled, policy('v1.min.io/tenant: a')))).toEqual([]);
  const misspelt = documents(labeled, policy('shop.example.con/app: web'));
  expect(problemsIn(code, misspelt)).toHaveLength(1);
});

describe('an object without a namespace gets one when it is applied', () => {
  const map = (namespace: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings${namespace} }\ndata: { a: b }`;

  test('so a reference from a namespace may mean it', () => {
    expect(problemsIn('config-map-missing', documents(map(''), mounts('settings')))).toEqual([]);
    expect(problemsIn('config-map-missing', documents(map(', namespace: blog'), mounts('settings')))).toHaveLength(1);
  });

  test('so a selector in a namespace may mean its pods', () => {
    const pods = deployment('ports: [{ name: http, containerPort: 80 }]');
    expect(
      problemsIn('service-without-pods', documents(pods.replace(', namespace: shop', ''), service('web'))),
    ).toEqual([]);
    expect(
      problemsIn('service-without-pods', documents(pods.replace('namespace: shop', 'namespace: blog'), service('web'))),
    ).toHaveLength(1);
  });
});

test('the objects of system namespaces are unknown, unless the name is similar to a known one', () => {
  const dns = (map: string) =>
    documents(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: coredns, namespace: kube-system }',
      mounts(map).replace('namespace: shop', 'namespace: kube-system'),
    );
  expect(problemsIn('config-map-missing', dns('cluster-info'))).toEqual([]);
  expect(problemsIn('config-map-missing', dns('cordns'))).toHaveLength(1);
});
