import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, problemsIn } from '../problems-in';
import { referenceTests } from './references';

const code = 'secret-missing';

referenceTests('Secret', {
  'a variable': {
    where: 'container',
    yaml: 'env:\n  - name: A\n    valueFrom:\n      secretKeyRef: { name: NAME, key: KEY }',
    field: 'env[0].valueFrom.secretKeyRef',
    keyField: 'env[0].valueFrom.secretKeyRef',
  },
  'all variables at once': {
    where: 'container',
    yaml: 'envFrom:\n  - secretRef: { name: NAME }',
    field: 'envFrom[0].secretRef.name',
  },
  'a volume': {
    where: 'pod',
    yaml: 'volumes:\n  - name: a\n    secret: { secretName: NAME }',
    field: 'volumes[0].secret.secretName',
  },
  'a volume of single keys': {
    where: 'pod',
    yaml: 'volumes:\n  - name: a\n    secret: { secretName: NAME, items: [{ key: KEY, path: a }] }',
    field: 'volumes[0].secret.secretName',
    keyField: 'volumes[0].secret.items[0].key',
  },
  'a projected volume': {
    where: 'pod',
    yaml: 'volumes:\n  - name: a\n    projected:\n      sources:\n        - secret: { name: NAME }',
    field: 'volumes[0].projected.sources[0].secret.name',
  },
  'the pull of an image': {
    where: 'pod',
    yaml: 'imagePullSecrets:\n  - { name: NAME }',
    field: 'imagePullSecrets[0].name',
    optional: false,
  },
});

const password = (name: string, key: string) =>
  deployment(`env: [{ name: A, valueFrom: { secretKeyRef: { name: ${name}, key: ${key} } } }]`);

test('a key can be in stringData', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: db, namespace: shop }\nstringData: { password: a }';
  expect(problemsIn(code, documents(secret, password('db', 'password')))).toEqual([]);
  expect(problemsIn(code, documents(secret, password('db', 'passwort')))).toHaveLength(1);
});

describe('a Secret that an object creates in the cluster', () => {
  const job = (made: string, namespace = 'shop') =>
    `apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: make\n  namespace: ${namespace}\n  annotations: { callsign.dev/makes-secret: '${made}' }\nspec: { template: { spec: { containers: [] } } }`;

  test('exists with the keys in the annotation', () => {
    expect(problemsIn(code, documents(job('{"db":["password"]}'), password('db', 'password')))).toEqual([]);
    expect(problemsIn(code, documents(job('{"db":["password"]}'), password('db', 'user')))).toMatchObject([
      { message: 'The Secret db has no key "user".', expected: 'one of password' },
    ]);
    expect(problemsIn(code, documents(job('{"cache":["password"]}'), password('db', 'password')))).toHaveLength(1);
  });

  test('is in the namespace of the object that creates it', () => {
    expect(problemsIn(code, documents(job('{"db":["password"]}', 'blog'), password('db', 'password')))).toHaveLength(1);
  });

  test.each(['', 'no JSON', 'null', '5', '[]', '{"db":null}', '{"db":5}', '{"db":"password"}'])(
    'is unknown if the annotation is %s',
    (made) => {
      expect(problemsIn(code, documents(job(made), password('db', 'password')))).toHaveLength(1);
    },
  );

  test('is suggested by the fix if no object creates it', () => {
    expect(problemsIn(code, password('db', 'password'))).toMatchObject([
      {
        message: 'There is no Secret "db" in the namespace shop, and no object creates it.',
        fix: 'Annotate the object that creates it in the cluster: callsign.dev/makes-secret: \'{"NAME":["KEY"]}\'.',
      },
    ]);
  });
});

describe('a Secret that a program with the permission creates', () => {
  const job = (args = '[create, --secret-name=db]') =>
    `apiVersion: batch/v1\nkind: Job\nmetadata: { name: make, namespace: shop }\nspec: { template: { spec: { serviceAccountName: maker, restartPolicy: Never, containers: [{ name: make, image: "make:1", args: ${args} }] } } }`;
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: maker, namespace: shop }';
  const role = (verbs = '[get, create]', kind = 'Role') =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: maker${kind === 'Role' ? ', namespace: shop' : ''} }\nrules: [{ apiGroups: [""], resources: [secrets], verbs: ${verbs} }]`;
  const binding = (kind = 'Role', name = 'maker', subject = 'shop', bound = 'RoleBinding') =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${bound}\nmetadata: { name: maker${bound === 'RoleBinding' ? ', namespace: shop' : ''} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: ${name} }\nsubjects: [{ kind: ServiceAccount, name: maker, namespace: ${subject} }]`;
  const found = (...objects: string[]) =>
    problemsIn(code, documents(account, password('db', 'password'), ...objects)).length;

  test('exists, independent of the origin of the permission', () => {
    expect(found(job(), role(), binding())).toBe(0);
    expect(found(job('[--secret, shop/db]'), role('["*"]', 'ClusterRole'), binding('ClusterRole'))).toBe(0);
    expect(
      found(job(), role('[create]', 'ClusterRole'), binding('ClusterRole', 'maker', 'shop', 'ClusterRoleBinding')),
    ).toBe(0);
    expect(found(job(), binding('ClusterRole', 'edit'))).toBe(0);
  });

  test('may have any name if the command of a Job names none', () => {
    const chooses = [job('[certgen, --secrets-format=compact]'), role(), binding()];
    expect(found(...chooses)).toBe(0);
    // A name similar to a declared one is a slip.
    expect(found(...chooses, 'apiVersion: v1\nkind: Secret\nmetadata: { name: dbs, namespace: shop }')).toBe(1);
    expect(found(chooses[0]!.replace('kind: Job', 'kind: Pod').replace('batch/v1', 'v1'), role(), binding())).toBe(1);
  });

  test('can be created with one of several alternatives', () => {
    const variants = ['a', 'b'].map(
      (name) =>
        readManifests(
          documents(
            job('[create]'),
            role()
              .replace('rules: [', `rules: [{ apiGroups: [${name}], resources: [a], verbs: [get] }, `)
              .replace('[secrets]', '[secrets], resourceNames: [db]'),
            binding(),
          ),
          `${name}/a.yaml`,
        ).manifests,
    );
    const pod = readManifests(password('db', 'password'), 'pod.yaml').manifests;
    expect(check([...variants.flat(), ...pod]).filter((problem) => problem.code === code)).toEqual([]);
  });

  test.each([
    ['without the permission to create', [job(), role('[get, list]'), binding()]],
    ['without a role', [job(), binding()]],
    ['without a binding', [job(), role()]],
    ['if another ServiceAccount is bound', [job(), role(), binding('Role', 'maker', 'blog')]],
    ['if another Secret is named', [job('[--secret-name=db2, --user=db-admin]'), role(), binding()]],
  ])('is missing %s', (_, objects) => {
    expect(found(...objects)).toBe(1);
  });
});

describe('the Secret of an Ingress', () => {
  const gateway = (annotations = '{}') =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: gateway, namespace: shop, annotations: ${annotations} }\nspec: { tls: [{ secretName: shop-tls }], rules: [] }`;
  const certificate = (name: string) =>
    `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: a, namespace: shop }\nspec: { secretName: ${name} }`;

  test('is reported if the manifests create other certificates', () => {
    expect(problemsIn(code, documents(gateway(), certificate('shop-tsl')))).toMatchObject([
      { object: 'Ingress shop/gateway', field: 'spec.tls[0].secretName', got: 'shop-tls' },
    ]);
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: other, namespace: shop }\ntype: kubernetes.io/tls\ndata: { tls.crt: "", tls.key: "" }';
    expect(problemsIn(code, documents(gateway(), secret))).toMatchObject([{ expected: 'one of other' }]);
  });

  test('is accepted if an object creates it, or if all certificates come from elsewhere', () => {
    expect(problemsIn(code, documents(gateway(), certificate('shop-tls')))).toEqual([]);
    expect(problemsIn(code, documents(gateway('{ cert-manager.io/cluster-issuer: a }'), certificate('other')))).toEqual(
      [],
    );
    expect(problemsIn(code, gateway())).toEqual([]);
  });
});

test.each([
  [
    'SealedSecret',
    'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: { name: db, namespace: shop }\nspec: { encryptedData: { password: AgB } }',
    1,
  ],
  [
    'ExternalSecret',
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: other, namespace: shop }\nspec: { target: { name: db } }',
    0,
  ],
  [
    'Cluster of CloudNativePG',
    'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: db, namespace: shop }\nspec: {}',
    0,
  ],
])('a %s creates Secrets', (kind, yaml, known) => {
  const name = kind.startsWith('Cluster') ? 'db-app' : 'db';
  expect(problemsIn(code, documents(yaml, password(name, 'password')))).toEqual([]);
  expect(problemsIn(code, documents(yaml, password(name, 'user')))).toHaveLength(known);
});

test('the file of a mounted Secret is one of its keys', () => {
  const secret = (more = '') =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: keys, namespace: shop }\nstringData: { id_rsa: a }\n${more}`;
  const pod = deployment('volumeMounts: [{ name: keys, mountPath: /keys }]\nargs: [--key=/keys/id_rsb]', {
    pod: 'volumes: [{ name: keys, secret: { secretName: keys } }]',
  });
  expect(problemsIn(code, documents(secret(), pod))).toMatchObject([{ got: 'id_rsb', expected: 'one of id_rsa' }]);
  expect(problemsIn(code, documents(secret('type: kubernetes.io/service-account-token'), pod))).toEqual([]);
});

test('checks the Secrets of a TriggerAuthentication of KEDA', () => {
  const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: rabbit, namespace: shop }\nstringData: { url: a }';
  const authentication = (name: string, key = 'url') =>
    `apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: { name: a, namespace: shop }\nspec: { secretTargetRef: [{ parameter: host, name: ${name}, key: ${key} }] }`;
  expect(problemsIn(code, documents(secret, authentication('rabbit')))).toEqual([]);
  expect(problemsIn(code, documents(secret, authentication('rabit')))).toMatchObject([
    { field: 'spec.secretTargetRef[0]', got: 'rabit' },
  ]);
  expect(problemsIn(code, documents(secret, authentication('rabbit', 'uri')))).toHaveLength(1);
  expect(problemsIn(code, authentication('rabbit'))).toEqual([]);
});

describe('the passwords that a gateway asks for', () => {
  const secret = (key: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: staff, namespace: shop }\nstringData: { ${key}: a }`;
  const middleware = (name: string) =>
    `apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: { name: a, namespace: shop }\nspec: { basicAuth: { secret: ${name} } }`;
  const ingress = (name: string, more = '') =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: a\n  namespace: shop\n  annotations: { nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: ${name}${more} }`;

  test('are in a Secret with any key for Traefik', () => {
    expect(problemsIn(code, documents(secret('users'), middleware('staff')))).toEqual([]);
    expect(problemsIn(code, documents(secret('users'), middleware('staf')))).toMatchObject([
      { field: 'spec.basicAuth.secret', got: 'staf' },
    ]);
  });

  test('are under the key auth for ingress-nginx, unless each key is the name of a person', () => {
    expect(problemsIn(code, documents(secret('auth'), ingress('staff')))).toEqual([]);
    expect(problemsIn(code, documents(secret('auth'), ingress('shop/staff')))).toEqual([]);
    expect(problemsIn(code, documents(secret('auth'), ingress('bank/staff')))).toHaveLength(1);
    expect(problemsIn(code, documents(secret('users'), ingress('staff')))).toMatchObject([
      { message: 'The Secret staff has no key "auth".' },
    ]);
    const map = ', nginx.ingress.kubernetes.io/auth-secret-type: auth-map';
    expect(problemsIn(code, documents(secret('users'), ingress('staff', map)))).toEqual([]);
  });
});
