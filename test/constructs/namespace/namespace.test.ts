import { Image, Microservice, Namespace } from '../../../src/index';
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
