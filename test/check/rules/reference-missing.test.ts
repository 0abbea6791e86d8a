import { documents, FILE, lineOf, problemsIn } from '../problems-in';

const code = 'reference-missing';
const issuer = (name: string, kind = 'Issuer', namespace = 'shop') =>
  `apiVersion: cert-manager.io/v1\nkind: ${kind}\nmetadata: { name: ${name}${kind === 'Issuer' ? `, namespace: ${namespace}` : ''} }\nspec: { selfSigned: {} }`;
const certificate = (ref: string, name = 'web') =>
  `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: ${name}, namespace: shop }\nspec: { secretName: ${name}-tls, dnsNames: [a.example.com], issuerRef: ${ref} }`;

test('reports a misspelled issuer, with its line', () => {
  const yaml = documents(issuer('letsencrypt'), certificate('{ name: letsencypt }'));
  expect(problemsIn(code, yaml)).toEqual([
    {
      object: 'Certificate shop/web',
      field: 'spec.issuerRef.name',
      file: FILE,
      line: lineOf(yaml, 'letsencypt'),
      message: 'There is no Issuer "letsencypt" in the namespace shop.',
      expected: 'one of letsencrypt',
      got: 'letsencypt',
      fix: 'Did you mean letsencrypt? Otherwise, add the Issuer.',
    },
  ]);
});

test('reports the name of a ClusterIssuer without its kind', () => {
  expect(
    problemsIn(code, documents(issuer('letsencrypt', 'ClusterIssuer'), certificate('{ name: letsencrypt }'))),
  ).toMatchObject([{ expected: 'kind: ClusterIssuer', got: 'letsencrypt' }]);
  expect(
    problemsIn(
      code,
      documents(issuer('letsencrypt', 'ClusterIssuer'), certificate('{ name: letsencrypt, kind: ClusterIssuer }')),
    ),
  ).toEqual([]);
});

test('reports an Issuer of another namespace', () => {
  expect(problemsIn(code, documents(issuer('ca', 'Issuer', 'bank'), certificate('{ name: ca }')))).toMatchObject([
    { fix: expect.stringContaining('Issuer bank/ca is in another namespace.') },
  ]);
});

test('reports the only reference whose object is not declared', () => {
  const others = [issuer('internal'), certificate('{ name: internal }', 'api')];
  expect(problemsIn(code, documents(...others, certificate('{ name: public }')))).toHaveLength(1);
  // The cluster may have others if several are missing.
  expect(
    problemsIn(code, documents(...others, certificate('{ name: public }'), certificate('{ name: partners }', 'b'))),
  ).toEqual([]);
});

test.each([
  ['a declared issuer', documents(issuer('ca'), certificate('{ name: ca }'))],
  ['an issuer of the cluster', certificate('{ name: letsencrypt, kind: ClusterIssuer }')],
  [
    'another environment',
    documents(
      issuer('letsencrypt-prod', 'ClusterIssuer'),
      certificate('{ name: letsencrypt-dev, kind: ClusterIssuer }'),
    ),
  ],
  [
    'an issuer of another group',
    documents(issuer('ca'), certificate('{ name: caa, kind: Issuer, group: example.com }')),
  ],
  ['an issuer of another kind', documents(issuer('ca'), certificate('{ name: caa, kind: VaultIssuer }'))],
  ['nothing', documents(issuer('ca'), certificate('null'))],
])('accepts %s', (_, yaml) => {
  expect(problemsIn(code, yaml)).toEqual([]);
});

test('checks the annotations of an Ingress', () => {
  const ingress = (annotations: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: shop, annotations: { ${annotations} } }\nspec: {}`;
  const declared = issuer('letsencrypt', 'ClusterIssuer');
  const annotation = 'cert-manager.io/cluster-issuer: letsencrpyt';
  expect(problemsIn(code, documents(declared, ingress(annotation)))).toMatchObject([
    { field: "metadata.annotations['cert-manager.io/cluster-issuer']", got: 'letsencrpyt' },
  ]);
  expect(problemsIn(code, documents(declared, ingress(`${annotation}, cert-manager.io/issuer-group: a.b`)))).toEqual(
    [],
  );
});

test.each([
  [
    'a store',
    'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: { name: vault-store, namespace: shop }\nspec: {}',
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: a, namespace: shop }\nspec: { secretStoreRef: { name: vaultstore } }',
    'spec.secretStoreRef.name',
  ],
  [
    'an authentication',
    'apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: { name: rabbit, namespace: shop }\nspec: {}',
    'apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a, namespace: shop }\nspec: { triggers: [{ type: cpu }, { type: rabbitmq, authenticationRef: { name: rabit } }] }',
    'spec.triggers[1].authenticationRef.name',
  ],
  [
    'a Gateway of Istio',
    'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: shop }\nspec: {}',
    'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: a, namespace: shop }\nspec: { gateways: [mesh, public, shop/public, shop/pubilc] }',
    'spec.gateways[3]',
  ],
])('checks the name of %s', (_, declared, user, field) => {
  expect(problemsIn(code, documents(declared, user))).toMatchObject([{ field }]);
});
