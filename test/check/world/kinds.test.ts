import { check } from '../../../src/check/check';
import { readManifests } from '../../../src/check/read/read';
import { kindName } from '../../../src/check/world/kinds';
import { deployment, documents, service } from '../problems-in';

const codes = (...objects: string[]) =>
  check(readManifests(documents(...objects), 'a.yaml').manifests).map(({ code }) => code);

test.each([
  ['v1', 'Service', 'Service'],
  ['serving.knative.dev/v1', 'Service', 'Service.serving.knative.dev'],
  ['core.oam.dev/v1', 'Deployment', 'Deployment.core.oam.dev'],
  ['apps/v1', 'Deployment', 'Deployment'],
  ['extensions/v1beta1', 'Ingress', 'Ingress'],
  ['networking.k8s.io/v1', 'Ingress', 'Ingress'],
  ['config.openshift.io/v1', 'Ingress', 'Ingress.config.openshift.io'],
  ['gateway.networking.k8s.io/v1', 'Gateway', 'Gateway'],
  ['networking.istio.io/v1', 'Gateway', 'Gateway.networking.istio.io'],
  ['gateway.example.com/v1', 'UDPRoute', 'UDPRoute.gateway.example.com'],
  ['traefik.io/v1alpha1', 'IngressRoute', 'IngressRoute'],
])('%s %s is the kind %s', (apiVersion, kind, name) => {
  expect(kindName({ apiVersion, kind })).toBe(name);
});

test('a kind of another group is not the kind of Kubernetes', () => {
  const knative = service('web').replace('apiVersion: v1', 'apiVersion: serving.knative.dev/v1');
  const ingress =
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: shop }\nspec: { defaultBackend: { service: { name: web, port: { number: 9 } } } }';
  // Its selector and its ports have another meaning.
  expect(codes(knative)).toEqual([]);
  expect(codes(ingress.replace('networking.k8s.io/v1', 'networking.internal.knative.dev/v1alpha1'))).toEqual([]);
  // It does not provide the backend of an Ingress either.
  expect(codes(knative.replace('name: web', 'name: wed'), ingress)).toEqual(['backend-missing']);
  const route =
    'apiVersion: gateway.example.com/v1\nkind: UDPRoute\nmetadata: { name: a, namespace: shop }\nspec: { rules: [{ backendRefs: [{ name: gone, port: 1 }] }] }';
  expect(codes(route)).toEqual([]);
  expect(codes(route.replace('gateway.example.com', 'gateway.networking.k8s.io'))).toEqual(['backend-missing']);
});

test('the target of an autoscaler is of the group that it names', () => {
  const autoscaler = (apiVersion: string) =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: a, namespace: shop }\nspec: { maxReplicas: 2, scaleTargetRef: { apiVersion: ${apiVersion}, kind: Deployment, name: web } }`;
  expect(codes(autoscaler('apps/v1'))).toEqual(['scale-target-missing']);
  expect(codes(autoscaler('example.com/v1'))).toEqual([]);
});

test.each(['apps.openshift.io/v1 DeploymentConfig', 'argoproj.io/v1alpha1 Rollout', 'apps.kruise.io/v1 CloneSet'])(
  'Services select the pods of a %s',
  (title) => {
    const [apiVersion, kind] = title.split(' ');
    const workload = deployment('ports: [{ name: http, containerPort: 80 }]')
      .replace('apps/v1', apiVersion!)
      .replace('Deployment', kind!);
    expect(codes(workload, service('web'))).toEqual([]);
    expect(codes(workload, service('web').replace('targetPort: http', 'targetPort: gone'))).toEqual([
      'service-port-missing',
    ]);
    // The controller completes the pods, so their specs are not checked.
    expect(codes(workload.replace('image: shop/web:1', 'image: " "'), service('web'))).toEqual([]);
  },
);
