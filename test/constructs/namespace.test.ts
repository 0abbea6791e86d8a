import { Namespace } from '../../src/index';
import { chart, find, objectsOf } from './render';

test('it enforces Pod Security restricted, and closes the namespace both ways', () => {
  const objects = objectsOf(chart((scope) => new Namespace(scope, 'shop')));
  const namespace = find(objects, 'Namespace', 'shop');
  expect(namespace.metadata).not.toHaveProperty('namespace');
  expect(namespace.metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted',
  });
  expect(find(objects, 'NetworkPolicy', 'default-deny')).toMatchObject({ metadata: { namespace: 'shop' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } });
});

test('podSecurity names another level', () => {
  const namespace = find(objectsOf(chart((scope) => new Namespace(scope, 'shop', { podSecurity: 'baseline' }))), 'Namespace', 'shop');
  expect(namespace.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'baseline' });
});
