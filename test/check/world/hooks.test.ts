import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { deployment, documents, service } from '../problems-in';

const WEB = deployment('ports: [{ name: http, containerPort: 8080 }]');
const test1 = (annotations: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: web-test, namespace: shop, labels: { app: web }, annotations: { ${annotations} } }\nspec: { containers: [{ name: wget, image: "busybox:1", args: [wget, "http://web:80"] }] }`;
const codes = (profile: 'wiring' | 'hardened', ...objects: string[]) =>
  new Set(check(readManifests(documents(...objects), 'a.yaml').manifests, profile).map(({ code }) => code));
const DENY =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }\nspec: { podSelector: {}, policyTypes: [Ingress, Egress] }';

test('the pod of a Helm test is not a second program behind the Service, and policies need not allow its calls', () => {
  expect(codes('wiring', WEB, service('web'), DENY, test1('helm.sh/hook: test'))).toEqual(new Set());
  expect(codes('wiring', WEB, service('web'), DENY, test1('example.com/hook: test'))).toEqual(
    new Set(['call-blocked', 'dns-blocked', 'service-mixed-pods', 'service-port-missing']),
  );
});

test('a Helm test needs no policy of its own', () => {
  const policies = (pod: string) =>
    check(readManifests(pod, 'a.yaml').manifests, 'hardened').filter(({ code }) => code === 'policy-missing');
  expect(policies(test1('helm.sh/hook: test'))).toEqual([]);
  expect(policies(test1('example.com/hook: test'))).toHaveLength(1);
});

test('what only a hook declares exists', () => {
  expect(codes('wiring', test1('helm.sh/hook: pre-install'), service('web').replace(', targetPort: http', ''))).toEqual(
    new Set(),
  );
});

test('a hook may have the name of an installed object', () => {
  const account = (annotations: string) =>
    `apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web, namespace: shop, annotations: { ${annotations} } }`;
  expect(codes('wiring', account(''), account('helm.sh/hook: pre-install'))).toEqual(new Set());
  expect(codes('wiring', account(''), account('example.com/hook: a'))).toEqual(new Set(['identity-taken']));
});
