import { Database, Gateway, Image, Microservice } from '../../src/index';
import { CallsignError } from '../../src/problems/problem';
import { chart, objectsOf } from './render';

const image = Image.of('shop/cart:1');

test('the compiler rejects wrong types', () => {
  const app = chart((scope) => {
    // @ts-expect-error -- a number of replicas and autoscaling
    new Microservice(scope, 'a', { image, replicas: 2, autoscale: { max: 4 } });
    // @ts-expect-error -- a canary together with blue and green
    new Microservice(scope, 'i', { image, strategy: { canary: { image, weight: 50 }, blueGreen: { green: image } } });
    // @ts-expect-error -- a canary without a weight
    new Microservice(scope, 'j', { image, strategy: { canary: { image } } });
    // @ts-expect-error -- two things in one exception
    new Microservice(scope, 'm', { image, exceptions: [{ runAs: 'root', capability: 'CHOWN', reason: 'It must.' }] });
    // @ts-expect-error -- an exception without a reason
    new Microservice(scope, 'n', { image, exceptions: [{ rootFilesystem: 'writable' }] });
    // @ts-expect-error -- all capabilities
    new Microservice(scope, 'o', { image, exceptions: [{ capability: 'ALL', reason: 'It needs them.' }] });
    // @ts-expect-error -- an unknown option
    new Microservice(scope, 'b', { image, replica: 2 });
    // @ts-expect-error -- no image
    new Microservice(scope, 'c', {});
    // @ts-expect-error -- a route without a slash
    new Gateway(scope, 'd', { routes: { api: new Microservice(scope, 'e', { image }) } });
    // @ts-expect-error -- both host and hosts
    new Gateway(scope, 'f', { host: 'a.example.com', hosts: ['b.example.com'], routes: {} });
    // @ts-expect-error -- an unknown controller
    new Gateway(scope, 'g', { controller: 'nginx', routes: {} });
    // @ts-expect-error -- a route to a database
    new Gateway(scope, 'f', { routes: { '/': new Database(scope, 'g') } });
    // @ts-expect-error -- a call to a gateway
    new Microservice(scope, 'k', { image }).calls(new Gateway(scope, 'l', { routes: {} }));
    // @ts-expect-error -- a call to a text
    new Microservice(scope, 'h', { image }).calls('comments');
  });
  expect(() => objectsOf(app)).toThrow(CallsignError);
});
