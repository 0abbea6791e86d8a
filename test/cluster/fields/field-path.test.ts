import { fieldPathIn } from '../../../src/cluster/fields/field-path';
import { valueAt } from '../../../src/k8s/objects';

const object = {
  metadata: { annotations: { 'a.b/c': 'x' } },
  spec: {
    template: { spec: { containers: [{ name: 'a' }, { name: 'web', env: [{ name: 'A', value: '1' }] }] } },
    ports: [
      { port: 80, protocol: 'UDP', name: 'u' },
      { port: 80, protocol: 'TCP', name: 't' },
    ],
  },
};

test.each([
  ['.spec.template.spec.containers[name="web"].env[name="A"].value', '1'],
  ['spec.template.spec.containers[1].name', 'web'],
  ['.spec.ports[port=80,protocol="TCP"].name', 't'],
  ['metadata.annotations["a.b/c"]', 'x'],
])('%s', (text, expected) => {
  expect(valueAt(object, fieldPathIn(object, text))).toBe(expected);
});

test('a field that is not there', () => {
  expect(fieldPathIn(object, '.spec.list[name="x"].value')).toEqual(['spec', 'list', 'name="x"', 'value']);
  expect(valueAt(object, ['spec', 'list', 'x'])).toBeUndefined();
});
