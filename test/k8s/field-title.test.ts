import { parse } from 'yaml';
import { fieldOf, fieldTitle } from '../../src/k8s/field-title';
import type { FieldPath } from '../../src/k8s/objects';

const pod = parse(`
spec:
  initContainers: [{ name: init }]
  containers:
    - name: web
      env: [{ name: A }, { name: DATABASE_URL }, { name: TWICE }, { name: TWICE }]
      ports: [{ name: http, containerPort: 8080 }, { containerPort: 9090 }]
      volumeMounts: [{ name: data, mountPath: /data, readOnly: 1 }, { name: data, mountPath: /other }]
      args: [a, b]
    - image: a
  volumes: [{ name: data }]
`) as object;

test.each<[FieldPath, string]>([
  [['spec', 'containers', 0, 'env', 1, 'value'], 'spec.containers[web].env[DATABASE_URL].value'],
  [['spec', 'initContainers', 0, 'image'], 'spec.initContainers[init].image'],
  [['spec', 'containers', 0, 'ports', 0, 'containerPort'], 'spec.containers[web].ports[http].containerPort'],
  [['spec', 'containers', 0, 'ports', 1], 'spec.containers[web].ports[9090]'],
  [['spec', 'containers', 0, 'volumeMounts', 0, 'readOnly'], 'spec.containers[web].volumeMounts[/data].readOnly'],
  [['spec', 'volumes', 0, 'secret'], 'spec.volumes[data].secret'],
  // Without a name, with a name of several items, and in a list of texts, the position remains.
  [['spec', 'containers', 1, 'image'], 'spec.containers[1].image'],
  [['spec', 'containers', 0, 'env', 3], 'spec.containers[web].env[3]'],
  [['spec', 'containers', 0, 'args', 1], 'spec.containers[web].args[1]'],
  // A field that the object does not have.
  [['spec', 'other', 2, 'a b', 'c'], "spec.other[2]['a b'].c"],
  [[], ''],
])('%j', (field, title) => {
  expect(fieldTitle(pod, field)).toBe(title);
});

test('items of a StatefulSet have their names in metadata', () => {
  const set = { spec: { volumeClaimTemplates: [{ metadata: { name: 'data' } }] } };
  expect(fieldTitle(set, ['spec', 'volumeClaimTemplates', 0, 'spec'])).toBe('spec.volumeClaimTemplates[data].spec');
});

test('programs get the positions', () => {
  expect(fieldOf(pod, ['spec', 'containers', 0, 'image'])).toEqual({
    field: 'spec.containers[0].image',
    fieldTitle: 'spec.containers[web].image',
  });
  expect(fieldOf(pod, ['spec', 'containers'])).toEqual({ field: 'spec.containers' });
});
