import { App, Chart } from 'cdk8s';
import { type CallsignError, Gateway, Image, Microservice, synthesize } from '../../src/index';

/** The fixes for a chart, in which `web` is a microservice. */
function fixes(declare: (web: Microservice, chart: Chart) => void): string[] {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  declare(new Microservice(chart, 'web', { image: Image.of('shop/web:1') }), chart);
  try {
    synthesize(app);
    return [];
  } catch (error) {
    return (error as CallsignError).problems.map(({ fix }) => fix);
  }
}

test.each([
  ['cart', 'Pass the object that `new Microservice(…)` returns, not its name "cart".'],
  ['api.example.com', "Pass an External: web.calls(new External('api.example.com', 443))."],
  ['http://cart', expect.stringMatching(/^Declare the target first, /)],
  [undefined, expect.stringMatching(/^Declare the target first, /)],
])('a call to %j', (target, fix) => {
  expect(fixes((web) => web.calls(target as never))).toEqual([fix]);
});

test('a list of routes instead of an object', () => {
  expect(fixes((web, chart) => new Gateway(chart, 'gate', { routes: [{ path: '/', target: web }] as never }))).toEqual([
    "Write an object with the paths, such as routes: { '/': web }.",
  ]);
});
