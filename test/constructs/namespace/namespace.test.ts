import { Chart, type App } from 'cdk8s';
import { check } from '../../../src/check/check';
import { Image, Microservice, Namespace, type SecurityException } from '../../../src/index';
import { synthesize } from '../../../src/synth/synthesize';
import { chart, find, objectsOf, problemsOf } from '../render';

test('it enforces Pod Security restricted, and denies ingress and egress by default', () => {
  const objects = objectsOf(chart((scope) => new Namespace(scope, 'shop')));
  const namespace = find(objects, 'Namespace', 'shop');
  expect(namespace.metadata).not.toHaveProperty('namespace');
  expect(namespace.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  });
  expect(find(objects, 'NetworkPolicy', 'default-deny')).toMatchObject({
    metadata: { namespace: 'shop' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
});

test('podSecurity sets another level', () => {
  const namespace = find(
    objectsOf(chart((scope) => new Namespace(scope, 'shop', { podSecurity: 'baseline' }))),
    'Namespace',
    'shop',
  );
  expect(namespace.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline' });
});

describe('the level follows the exceptions of the pods', () => {
  const image = Image.of('shop/cart:1');
  const reason = 'The image needs it.';
  const exceptions: Readonly<Record<string, SecurityException>> = {
    user: { runAs: 'image', reason },
    files: { rootFilesystem: 'writable', reason },
    ports: { capability: 'NET_BIND_SERVICE', reason },
    root: { runAs: 'root', reason },
    docker: { runAs: 'as-in-docker', reason },
    owner: { capability: 'CHOWN', reason },
    routes: { capability: 'NET_ADMIN', reason },
  };
  const levelsOf = (app: App, name = 'shop') =>
    Object.entries(find(objectsOf(app), 'Namespace', name).metadata.labels as Record<string, string>)
      .filter(([key]) => key.startsWith('pod-security'))
      .map(([, level]) => level);
  const shop =
    (names: string[], options = {}) =>
    (scope: Chart) => {
      new Namespace(scope, 'shop', options);
      for (const name of names) new Microservice(scope, name, { image, exceptions: [exceptions[name]!] });
    };

  test.each([
    [[], 'restricted'],
    [['user', 'files', 'ports'], 'restricted'],
    [['root'], 'baseline'],
    [['docker', 'files'], 'baseline'],
    [['owner', 'files'], 'baseline'],
    [['routes', 'root'], 'privileged'],
  ])('%j: %s', (names, level) => {
    expect(levelsOf(chart(shop(names)))).toEqual([level, level, level]);
  });

  test.each(Object.keys(exceptions))(
    '%s: the API server admits the pods at this level, and not at a stricter one',
    (name) => {
      const levels = ['restricted', 'baseline', 'privileged'];
      const needed = levels.indexOf(levelsOf(chart(shop([name])))[0]!);
      for (const [i, level] of levels.entries()) {
        const app = chart((scope) => {
          const namespace = new Namespace(scope, 'shop');
          new Microservice(scope, 'cart', { image, exceptions: [exceptions[name]!] });
          if (i !== needed)
            namespace.objects.namespace.merge({
              metadata: { labels: { 'pod-security.kubernetes.io/enforce': level } },
            });
        });
        const codes = check(synthesize(app).flatMap(({ manifests }) => manifests)).map(({ code }) => code);
        expect([...new Set(codes)]).toEqual(i < needed ? ['pod-refused'] : []);
      }
    },
  );

  test('exceptions of sidecars count, and those of other namespaces do not', () => {
    const app = chart((scope) => {
      new Namespace(scope, 'shop');
      const other = new Chart(scope.node.root, 'bank', { namespace: 'bank' });
      new Namespace(other, 'bank');
      new Microservice(other, 'bank', { image, sidecars: { proxy: { image, exceptions: [exceptions.root!] } } });
    });
    expect([levelsOf(app)[0], levelsOf(app, 'bank')[0]]).toEqual(['restricted', 'baseline']);
  });

  test('a level that refuses an exception is a problem, and a wider one is not', () => {
    expect(problemsOf(chart(shop(['routes', 'owner', 'user'], { podSecurity: 'restricted' })))).toMatchObject([
      {
        code: 'pod-refused',
        field: 'podSecurity',
        message: 'The level refuses the exceptions of routes, owner.',
        expected: 'privileged, or no podSecurity',
        got: '"restricted"',
      },
    ]);
    expect(levelsOf(chart(shop(['user'], { podSecurity: 'baseline' })))[0]).toBe('baseline');
  });
});

test('a microservice can have the same name', () => {
  const objects = objectsOf(
    chart((scope) => {
      new Namespace(scope, 'shop');
      new Microservice(scope, 'shop', { image: Image.of('shop/shop:1') });
    }),
  );
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(
    expect.arrayContaining(['Namespace shop', 'Deployment shop']),
  );
});

test('two namespaces with the same name are a problem', () => {
  const problems = problemsOf(chart((scope) => [new Namespace(scope, 'shop'), new Namespace(scope, 'shop')]));
  expect(problems.map(({ code }) => code)).toContain('name-taken');
});
