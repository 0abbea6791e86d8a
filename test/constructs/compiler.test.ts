import { Database, Gateway, Image, Microservice } from '../../src/index';
import { CallsignError } from '../../src/problems/problem';
import { chart, objectsOf } from './render';

const image = Image.of('shop/cart:1');

test('what the compiler can see does not compile', () => {
  const app = chart((scope) => {
    // @ts-expect-error -- a number of copies and autoscaling
    new Microservice(scope, 'a', { image, replicas: 2, autoscale: { max: 4 } });
    // @ts-expect-error -- a canary beside blue and green
    new Microservice(scope, 'i', { image, strategy: { canary: { image, weight: 50 }, blueGreen: { green: image } } });
    // @ts-expect-error -- a canary without a share
    new Microservice(scope, 'j', { image, strategy: { canary: { image } } });
    // @ts-expect-error -- an unknown option
    new Microservice(scope, 'b', { image, replica: 2 });
    // @ts-expect-error -- no image
    new Microservice(scope, 'c', {});
    // @ts-expect-error -- a route without a slash
    new Gateway(scope, 'd', { routes: { api: new Microservice(scope, 'e', { image }) } });
    // @ts-expect-error -- one host and several
    new Gateway(scope, 'f', { host: 'a.example.com', hosts: ['b.example.com'], routes: {} });
    // @ts-expect-error -- a controller that nobody knows
    new Gateway(scope, 'g', { controller: 'nginx', routes: {} });
    // @ts-expect-error -- a route to a database
    new Gateway(scope, 'f', { routes: { '/': new Database(scope, 'g') } });
    // @ts-expect-error -- a call to a gateway
    new Microservice(scope, 'k', { image }).calls(new Gateway(scope, 'l', { routes: {} }));
    // @ts-expect-error -- a call to a name
    new Microservice(scope, 'h', { image }).calls('comments');
  });
  expect(() => objectsOf(app)).toThrow(CallsignError);
});
