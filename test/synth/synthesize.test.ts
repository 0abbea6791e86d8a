import { readFileSync } from 'node:fs';
import { ApiObject, App, Chart, Lazy } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { Blog } from '../../src/charts/blog';
import { defineApp, Image, Microservice, Namespace } from '../../src/index';
import { CallsignError, type Problem } from '../../src/problems/problem';
import { synthesize, type ManifestFile } from '../../src/synth/synthesize';
import { renderFile } from '../../src/synth/yaml';

const image = Image.of('shop/cart:1');
const rendered = (root: Construct) => synthesize(root).map((file) => [file.name, renderFile(file)]);
const titles = ({ manifests }: ManifestFile) => manifests.map(({ object }) => `${object.kind} ${object.metadata.name}`);

const map = (scope: Construct, id: string, name = id, data: object = {}) =>
  new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

/** All problems of an app. Fails if there are none. */
function problemsOf(root: Construct): readonly Problem[] {
  try {
    synthesize(root);
  } catch (error) {
    if (error instanceof CallsignError) return error.problems;
    throw error;
  }
  throw new Error('The app has no problems.');
}

/** The line of this file that contains the text. The text must occur once. */
function lineOf(text: string): number {
  const found = readFileSync(__filename, 'utf8')
    .split('\n')
    .flatMap((line, i) => (line.includes(text) && !line.includes('lineOf') ? [i + 1] : []));
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('synthesize', () => {
  test('two runs are byte-identical', () => {
    const blog = () => {
      const app = new App();
      new Blog(app, 'blog');
      return app;
    };
    const app = blog();
    expect(rendered(app)).toEqual(rendered(app));
    expect(rendered(blog())).toEqual(rendered(app));
  });

  test('the order of declarations does not matter', () => {
    const declarations: ((app: App) => void)[] = ['a', 'b', 'c'].flatMap((name) => [
      (app: App) => map(chartOf(app, 'shop'), name),
      (app: App) => map(chartOf(app, 'blog'), name, `other-${name}`),
      (app: App) =>
        new ApiObject(chartOf(app, 'shop'), `of-${name}`, { apiVersion: 'v1', kind: 'Secret', metadata: { name } }),
    ]);
    const declared = (order: typeof declarations) => {
      const app = new App();
      for (const declare of order) declare(app);
      return rendered(app);
    };
    const expected = declared(declarations);
    fc.assert(
      fc.property(fc.shuffledSubarray(declarations, { minLength: declarations.length }), (order) => {
        expect(declared(order)).toEqual(expected);
      }),
    );
  });

  test('each chart has its own file, in the order of apply; the file of the namespaces comes first', () => {
    const app = new App();
    const shop = new Chart(app, 'shop', { namespace: 'shop' });
    new Microservice(shop, 'cart', { image });
    new Namespace(shop, 'shop');
    const blog = new Chart(app, 'blog', { namespace: 'blog' });
    new Namespace(blog, 'blog');
    map(new Chart(blog, 'inner'), 'settings');

    const files = synthesize(app);
    expect(files.map(({ name }) => name)).toEqual([
      '00-namespaces.k8s.yaml',
      'blog-inner.k8s.yaml',
      'blog.k8s.yaml',
      'shop.k8s.yaml',
    ]);
    expect(titles(files[0]!)).toEqual(['Namespace blog', 'Namespace shop']);
    expect(titles(files[3]!)).toEqual([
      'NetworkPolicy cart',
      'NetworkPolicy default-deny',
      'ServiceAccount cart',
      'Service cart',
      'Deployment cart',
      'PodDisruptionBudget cart',
    ]);
  });

  test('a single chart can be synthesized, and an app without objects has no files', () => {
    const chart = new Chart(new App(), 'shop');
    map(chart, 'settings');
    expect(synthesize(chart).map(({ name }) => name)).toEqual(['shop.k8s.yaml']);
    expect(synthesize(new App())).toEqual([]);
  });

  test('each object has the path and the line of its construct', () => {
    const app = new App();
    new Microservice(new Chart(app, 'shop'), 'cart', { image }); // made here
    const deployment = synthesize(app)[0]!.manifests.find(({ object }) => object.kind === 'Deployment')!;
    expect(deployment.path).toBe('shop/cart/deployment');
    expect(deployment.place(['spec'])).toMatchObject({
      file: 'test/synth/synthesize.test.ts',
      line: lineOf('// made here'),
    });
  });

  test('the line comes from the nearest construct that has one', () => {
    const outer = new Microservice(new Chart(new App(), 'shop'), 'cart', { image });
    map(new Microservice(outer, 'inner', { image }), 'settings'); // around it
    const settings = synthesize(outer)
      .flatMap(({ manifests }) => manifests)
      .find(({ object }) => object.metadata.name === 'settings')!;
    expect(settings.place([])).toMatchObject({ line: lineOf('// around it') });
  });
});

describe('two objects with the same identity', () => {
  test('are a problem with both construct paths and the place of the second', () => {
    const app = new App();
    new Microservice(new Chart(app, 'one'), 'cart', { image });
    new Microservice(new Chart(app, 'two'), 'cart', { image }); // the second cart
    const problems = problemsOf(app);
    expect(problems.map(({ code }) => code)).toEqual(problems.map(() => 'identity-taken'));
    expect(problems.map(({ object }) => object)).toEqual([
      'ServiceAccount cart',
      'NetworkPolicy cart',
      'Deployment cart',
      'Service cart',
      'PodDisruptionBudget cart',
    ]);
    expect(problems[2]).toEqual({
      code: 'identity-taken',
      path: 'two/cart/deployment',
      object: 'Deployment cart',
      message: 'Deployment cart is declared twice: by one/cart/deployment and by two/cart/deployment.',
      fix: 'Change the name or the namespace of one of them.',
      place: { file: 'test/synth/synthesize.test.ts', line: lineOf('// the second cart'), column: expect.any(Number) },
    });
  });

  const scaler = (chart: Chart, id: string, apiVersion: string) =>
    new ApiObject(chart, id, { apiVersion, kind: 'HorizontalPodAutoscaler', metadata: { name: 'cart' } });

  test('are the same object, in any version of the API', () => {
    const chart = new Chart(new App(), 'shop');
    scaler(chart, 'a', 'autoscaling/v1');
    scaler(chart, 'b', 'autoscaling/v2');
    expect(problemsOf(chart)).toMatchObject([
      { code: 'identity-taken', message: expect.stringContaining('by shop/a and by shop/b') },
    ]);
  });

  test.each<[string, (chart: Chart, other: Chart) => void]>([
    ['group', (chart) => [scaler(chart, 'a', 'autoscaling/v1'), scaler(chart, 'b', 'example.com/v1')]],
    ['kind', (chart) => [map(chart, 'a', 'cart'), scaler(chart, 'b', 'v1')]],
    ['name', (chart) => [map(chart, 'a'), map(chart, 'b')]],
    ['namespace', (chart, other) => [map(chart, 'a', 'cart'), map(other, 'a', 'cart')]],
  ])('that differ in their %s are two objects', (_, declare) => {
    const app = new App();
    declare(new Chart(app, 'shop', { namespace: 'shop' }), new Chart(app, 'blog', { namespace: 'blog' }));
    expect(synthesize(app).flatMap(titles)).toHaveLength(2);
  });

  test('are one name-taken problem if two of our constructs have the same id', () => {
    const chart = new Chart(new App(), 'shop');
    new Microservice(chart, 'cart', { image });
    new Microservice(chart, 'cart', { image });
    expect(problemsOf(chart).map(({ code }) => code)).toEqual(['name-taken']);
  });
});

describe('two charts with the same file', () => {
  test('are a problem with both paths', () => {
    const app = new App();
    map(new Chart(new Chart(app, 'shop'), 'cart'), 'a');
    new Microservice(new Chart(app, 'shop-cart'), 'cart', { image }); // the second chart
    expect(problemsOf(app)).toEqual([
      {
        code: 'file-taken',
        path: 'shop-cart',
        message: 'Two sources write to the file shop-cart.k8s.yaml: the chart "shop/cart" and the chart "shop-cart".',
        fix: 'Change the id of the chart "shop-cart".',
        place: {
          file: 'test/synth/synthesize.test.ts',
          line: lineOf('// the second chart'),
          column: expect.any(Number),
        },
      },
    ]);
  });

  test.each([true, false])('are a problem if it is the file of the namespaces, in any order (%s)', (namespaceFirst) => {
    const app = new App();
    const declarations = [
      () => new Namespace(new Chart(app, 'shop', { namespace: 'shop' }), 'shop'),
      () => map(new Chart(app, '00-namespaces'), 'a'),
    ];
    for (const declare of namespaceFirst ? declarations : declarations.toReversed()) declare();
    expect(problemsOf(app)).toMatchObject([
      { code: 'file-taken', path: '00-namespaces', fix: 'Change the id of the chart "00-namespaces".' },
    ]);
  });
});

test.each(['00-infra', '0', '-first'])(
  'a chart with the id %s is a problem: kubectl would apply it before the namespaces',
  (id) => {
    const app = new App();
    map(new Chart(app, id), 'a');
    expect(synthesize(app)).toHaveLength(1);
    new Namespace(new Chart(app, 'shop', { namespace: 'shop' }), 'shop');
    expect(problemsOf(app)).toMatchObject([
      { code: 'name-invalid', path: id, expected: 'an id that starts with a letter' },
    ]);
  },
);

describe('problems', () => {
  test('include those of cdk8s-plus', () => {
    const chart = new Chart(new App(), 'shop');
    new plus.Ingress(chart, 'gateway');
    expect(problemsOf(chart)).toEqual([
      {
        code: 'construct-invalid',
        path: 'shop/gateway',
        message: 'ingress with no rules or default backend',
        fix: 'Correct the options of new Ingress(…): the message is from its own validation.',
      },
    ]);
  });

  test('of an object of cdk8s have its path, and the line that defines the app', () => {
    const build = (app: App) => {
      const chart = new Chart(app, 'shop');
      new plus.Ingress(chart, 'gateway');
      for (const id of ['a', 'b'])
        new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same' } });
    };
    const definition = defineApp(build); // the app
    const place = { file: 'test/synth/synthesize.test.ts', line: lineOf('// the app'), column: expect.any(Number) };
    expect(problemsOf(definition.make())).toMatchObject([
      { code: 'construct-invalid', path: 'shop/gateway', place },
      { code: 'identity-taken', path: 'shop/b', place },
    ]);
  });

  test('of an object that cannot be rendered have its path and line', () => {
    const chart = new Chart(new App(), 'shop');
    const cart = new Microservice(chart, 'cart', { image }); // around the broken one
    const produce = () => {
      throw new RangeError('no such setting');
    };
    new ApiObject(cart, 'broken', { apiVersion: 'v1', kind: 'ConfigMap', data: Lazy.any({ produce }) });
    expect(problemsOf(chart)).toEqual([
      {
        code: 'synthesis-failed',
        path: 'shop/cart/broken',
        message: expect.stringContaining('no such setting'),
        fix: 'Correct the fields of new ApiObject(…): it cannot be written as YAML.',
        place: {
          file: 'test/synth/synthesize.test.ts',
          line: lineOf('// around the broken one'),
          column: expect.any(Number),
        },
      },
    ]);
  });

  test('are all reported, each with its path and line', () => {
    const app = new App();
    const shop = new Chart(app, 'shop');
    new Microservice(shop, 'cart', { image: Image.of('cart'), replicas: -1 }); // two at once
    new Microservice(shop, 'Orders', { image }); // a third
    new plus.Ingress(shop, 'gateway');
    map(shop, 'a', 'settings');
    map(shop, 'b', 'settings');
    expect(problemsOf(app).map(({ code, path, place }) => [code, path, place?.line])).toEqual([
      ['image-unpinned', 'shop/cart', lineOf('// two at once')],
      ['replicas-invalid', 'shop/cart', lineOf('// two at once')],
      ['name-invalid', 'shop/Orders', lineOf('// a third')],
      ['construct-invalid', 'shop/gateway', undefined],
      ['identity-taken', 'shop/b', undefined],
    ]);
  });

  test('ignore a field `problems` of a construct that is not ours', () => {
    class Survey extends Construct {
      readonly problems = ['too long'];
    }
    const chart = new Chart(new App(), 'shop');
    new Survey(chart, 'survey');
    map(chart, 'settings');
    expect(synthesize(chart)).toHaveLength(1);
  });
});

function chartOf(app: App, id: string): Chart {
  return (app.node.tryFindChild(id) as Chart | undefined) ?? new Chart(app, id);
}
