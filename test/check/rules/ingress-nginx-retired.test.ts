import { Gateway, Image, Microservice, type GatewayBase } from '../../../src/index';
import { hintsIn } from '../../../src/check/find-problems';
import { readManifests } from '../../../src/check/read/read';
import { World } from '../../../src/check/world/world';
import { synthesize } from '../../../src/synth/synthesize';
import { chart } from '../../constructs/render';
import { documents, lineOf } from '../problems-in';

const code = 'ingress-nginx-retired';
const API = 'apiVersion: networking.k8s.io/v1';
const ingress = (annotations: string, className = 'nginx') =>
  `${API}\nkind: Ingress\nmetadata: { name: web, namespace: shop, annotations: ${annotations} }\nspec: { ingressClassName: ${className}, defaultBackend: { service: { name: web, port: { number: 80 } } } }`;
const ingressClass = (controller: string) =>
  `${API}\nkind: IngressClass\nmetadata: { name: nginx }\nspec: { controller: ${controller} }`;
const hints = (yaml: string) =>
  hintsIn(new World(readManifests(yaml, 'shop.yaml').manifests)).filter((hint) => hint.code === code);

test('names the sign, with its line, and the way to move', () => {
  const yaml = documents(ingress('{\n    nginx.ingress.kubernetes.io/proxy-body-size: 8m }'));
  expect(hints(yaml)).toMatchObject([
    {
      object: 'Ingress shop/web',
      place: { line: lineOf(yaml, 'proxy-body-size') },
      message:
        'The controller ingress-nginx serves this Ingress: it has the annotation nginx.ingress.kubernetes.io/proxy-body-size. The project ended in March 2026.',
      fix: "In a chart, replace controller: 'ingress-nginx' by listen or httpRoute, or by another controller. docs/move-to-gateway-api.md shows the way.",
    },
  ]);
});

test.each([
  ['its class belongs to ingress-nginx', [ingress('{}'), ingressClass('k8s.io/ingress-nginx')], 1],
  ['its class belongs to another controller', [ingress('{}'), ingressClass('nginx.org/ingress-controller')], 0],
  ['nobody says whose class it is', [ingress('{}')], 0],
  ['it has annotations of another controller', [ingress('{ nginx.org/client-max-body-size: 8m }')], 0],
  ['it has another class', [ingress('{}', 'traefik'), ingressClass('k8s.io/ingress-nginx')], 0],
])('an Ingress, and %s', (_, manifests, count) => {
  expect(hints(documents(...manifests))).toHaveLength(count);
});

test.each<[string, GatewayBase, number]>([
  ['ingress-nginx', { controller: 'ingress-nginx' }, 1],
  ['ingress-nginx with a setting', { controller: 'ingress-nginx', maxBody: '1Mi' }, 1],
  ['Traefik', { controller: 'traefik' }, 0],
  ['a Gateway', { listen: { className: 'nginx' } }, 0],
])('a gateway of a chart with %s', (_, options, count) => {
  const app = chart((scope) => {
    const web = new Microservice(scope, 'web', { image: Image.of('shop/web:1') });
    new Gateway(scope, 'entry', { routes: { '/': web }, ...options });
  });
  const found = hintsIn(new World(synthesize(app).flatMap(({ manifests }) => manifests)));
  expect(found.filter((hint) => hint.code === code)).toHaveLength(count);
});
