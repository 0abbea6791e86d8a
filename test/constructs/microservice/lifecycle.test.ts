import { check } from '../../../src/check/check';
import { Image, Microservice, type MicroserviceOptions } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

type Options = Partial<MicroserviceOptions>;

const image = Image.of('shop/orders:1.0.0');
const app = (options: object) => chart((scope) => new Microservice(scope, 'orders', { image, ...options }));
const podOf = (options: Options) => find(objectsOf(app(options)), 'Deployment', 'orders').spec.template.spec;
const hooksOf = (options: Options) => podOf(options).containers[0].lifecycle;
const drain = ['/app/drain'];

test('without hooks the pod pauses before it ends', () => {
  expect(hooksOf({})).toEqual({ preStop: { sleep: { seconds: 5 } } });
  expect(hooksOf({ shutdown: { pause: 0 } })).toBeUndefined();
});

test('postStart leaves the pause as it is', () => {
  expect(hooksOf({ lifecycle: { postStart: ['/app/warm-up'] } })).toEqual({
    postStart: { exec: { command: ['/app/warm-up'] } },
    preStop: { sleep: { seconds: 5 } },
  });
});

test('preStop replaces the pause, and the grace period stays', () => {
  const pod = podOf({ lifecycle: { preStop: drain } });
  expect(pod.containers[0].lifecycle).toEqual({ preStop: { exec: { command: drain } } });
  expect(pod.terminationGracePeriodSeconds).toBe(30);
  expect(hooksOf({ lifecycle: { preStop: drain }, shutdown: { pause: 0, grace: 90 } })).toHaveProperty('preStop.exec');
});

test('a path is requested at the port of the health checks', () => {
  expect(hooksOf({ lifecycle: { preStop: '/drain' } })).toEqual({
    preStop: { httpGet: { path: '/drain', port: 'http' } },
  });
  const apart: Options = { health: { port: 9000 }, lifecycle: { preStop: '/drain' } };
  expect(hooksOf(apart).preStop.httpGet).toEqual({ path: '/drain', port: 9000 });
  expect(hooksOf({ ...apart, http: false }).preStop.httpGet).toEqual({ path: '/drain', port: 9000 });
});

test('sidecars have hooks too', () => {
  const sidecar = { image, ports: { proxy: 4180 }, lifecycle: { postStart: '/warm', preStop: drain } };
  expect(podOf({ sidecars: { proxy: sidecar } }).initContainers[0].lifecycle).toEqual({
    postStart: { httpGet: { path: '/warm', port: 4180 } },
    preStop: { exec: { command: drain } },
  });
});

test('the check has no objection', () => {
  const hooks = app({
    lifecycle: { postStart: ['/app/warm-up'], preStop: '/drain' },
    sidecars: { proxy: { image, ports: { proxy: 4180 }, lifecycle: { preStop: '/drain' } } },
  });
  expect(check(synthesize(hooks).flatMap(({ manifests }) => manifests))).toEqual([]);
});

test.each<[code: string, field: string, got: string, options: object]>([
  ['time-invalid', 'shutdown.pause', 'both', { lifecycle: { preStop: drain }, shutdown: { pause: 5 } }],
  ['construct-invalid', 'lifecycle.preStop', '[]', { lifecycle: { preStop: [] } }],
  ['construct-invalid', 'lifecycle.preStop', '"drain"', { lifecycle: { preStop: 'drain' } }],
  ['construct-invalid', 'lifecycle.postStart', '[1]', { lifecycle: { postStart: [1] } }],
  ['construct-invalid', 'lifecycle.postStart', '"/warm"', { http: false, lifecycle: { postStart: '/warm' } }],
  ['option-unknown', 'lifecycle.prestop', '"prestop"', { lifecycle: { prestop: drain } }],
  [
    'option-unknown',
    "initContainers['init'].lifecycle",
    '"lifecycle"',
    { initContainers: { init: { image, lifecycle: {} } } },
  ],
  [
    'construct-invalid',
    'sidecars.proxy.lifecycle.preStop',
    '"/drain"',
    { sidecars: { proxy: { image, lifecycle: { preStop: '/drain' } } } },
  ],
])('%s at %s, got %s', (code, field, got, options) => {
  expect(problemsOf(app(options))).toMatchObject([{ code, field, got }]);
});
