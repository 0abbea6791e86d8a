import { Gateway, type GatewayOptions, Image, Microservice } from '../../src/index';
import { chart, find, objectsOf } from './render';

function render(options: Omit<GatewayOptions, 'routes'> = {}) {
  const objects = objectsOf(chart((scope) => {
    const web = new Microservice(scope, 'web', { image: Image.of('shop/web:1') });
    const cart = new Microservice(scope, 'cart', { image: Image.of('shop/cart:1'), port: 3000 });
    new Gateway(scope, 'door', { routes: { '/': web, '/api/cart': cart }, ...options });
  }));
  return { objects, ingress: find(objects, 'Ingress', 'door').spec, policy: (name: string) => find(objects, 'NetworkPolicy', name).spec };
}

test('its paths lead to microservices by name, as prefixes', () => {
  expect(render().ingress).toEqual({
    rules: [{
      http: {
        paths: [
          { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { name: 'http' } } } },
          { path: '/api/cart', pathType: 'Prefix', backend: { service: { name: 'cart', port: { name: 'http' } } } },
        ],
      },
    }],
  });
});

test('by default whatever serves the Ingress may come in from another namespace, and nothing of this one', () => {
  expect(render().policy('cart').ingress).toEqual([{
    from: [{ namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['shop'] }] } }],
    ports: [{ port: 3000, protocol: 'TCP' }],
  }]);
});

test('controllerNamespace lets in the pods of that namespace only', () => {
  expect(render({ controllerNamespace: 'traefik' }).policy('web').ingress[0].from).toEqual([
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } } },
  ]);
});

test('host, className and tlsSecret', () => {
  expect(render({ host: 'shop.example.com', className: 'traefik', tlsSecret: 'shop-tls' }).ingress).toMatchObject({
    ingressClassName: 'traefik', tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }], rules: [{ host: 'shop.example.com' }],
  });
  expect(render({ tlsSecret: 'shop-tls' }).ingress.tls).toEqual([{ secretName: 'shop-tls' }]);
});
