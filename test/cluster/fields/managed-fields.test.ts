import type { LiveObject, ManagedFields } from '../../../src/cluster/connection/api-server';
import {
  afterTakeover,
  fieldsOf,
  isKubectlApply,
  owns,
  withoutFields,
} from '../../../src/cluster/fields/managed-fields';

const entry = (more: Partial<ManagedFields>): ManagedFields => ({
  manager: 'kubectl-client-side-apply',
  operation: 'Update',
  apiVersion: 'apps/v1',
  fieldsType: 'FieldsV1',
  fieldsV1: {},
  ...more,
});

describe('the managers whose fields become ours', () => {
  test.each([
    ['kubectl apply', {}, true],
    ['kubectl apply --server-side', { manager: 'kubectl', operation: 'Apply' }, true],
    ['kubectl edit', { manager: 'kubectl-edit' }, false],
    ['kubectl scale', { manager: 'kubectl', subresource: 'scale' }, false],
    ['a controller', { manager: 'kube-controller-manager', subresource: 'status' }, false],
  ] as const)('%s', (_, more, expected) => {
    expect(isKubectlApply(entry(more))).toBe(expected);
  });

  test('their fields are added to our own, and other managers keep theirs', () => {
    const controller = entry({ manager: 'kube-controller-manager', subresource: 'status' });
    const object = {
      metadata: {
        managedFields: [
          entry({ fieldsV1: { 'f:spec': { 'f:replicas': {} } } }),
          entry({ manager: 'callsign', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:paused': {} } } }),
          controller,
        ],
      },
    } as unknown as LiveObject;
    expect(afterTakeover(object)).toEqual([
      expect.objectContaining({
        manager: 'callsign',
        operation: 'Apply',
        fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } },
      }),
      controller,
    ]);
  });
});

test('fields of several managers are joined', () => {
  const tree = fieldsOf([
    entry({ fieldsV1: { 'f:spec': { 'f:a': {} } } }),
    entry({ fieldsV1: { 'f:spec': { 'f:b': { '.': {} } } } }),
  ]);
  expect(tree).toEqual({ 'f:spec': { 'f:a': {}, 'f:b': { '.': {} } } });
  expect(owns(tree, 'f:spec', 'f:a')).toBe(true);
  expect(owns(tree, 'f:spec', 'f:c')).toBe(false);
});

describe('fields that go', () => {
  const value = {
    metadata: { name: 'web', labels: { a: '1', b: '2' } },
    spec: {
      containers: [
        { name: 'web', image: 'a', env: [{ name: 'A' }, { name: 'B' }] },
        { name: 'sidecar', image: 'b' },
      ],
      ports: [
        { port: 80, protocol: 'TCP' },
        { port: 80, protocol: 'UDP' },
      ],
      finalizers: ['x', 'y'],
      args: ['one', 'two'],
    },
  };

  test('a field, an item by its keys, an item by its value and an item by its position', () => {
    const owned = {
      'f:metadata': { 'f:labels': { 'f:b': {} } },
      'f:spec': {
        'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:env': { 'k:{"name":"B"}': { '.': {}, 'f:name': {} } } } },
        'f:ports': { 'k:{"port":80,"protocol":"UDP"}': { '.': {} } },
        'f:finalizers': { 'v:"y"': {} },
        'f:args': { 'i:0': {} },
      },
    };
    const kept = { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {} } } } };
    expect(withoutFields(value, owned, kept)).toEqual({
      metadata: { name: 'web', labels: { a: '1' } },
      spec: {
        containers: [
          { name: 'web', image: 'a', env: [{ name: 'A' }] },
          { name: 'sidecar', image: 'b' },
        ],
        ports: [{ port: 80, protocol: 'TCP' }],
        finalizers: ['x'],
        args: ['two'],
      },
    });
  });

  test('fields that another manager also owns stay', () => {
    const owned = { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {}, 'f:b': {} } } };
    const kept = { 'f:metadata': { 'f:labels': { 'f:a': {} } } };
    expect(withoutFields(value, owned, kept)).toMatchObject({ metadata: { labels: { a: '1' } } });
    expect(withoutFields(value, owned, kept)).not.toMatchObject({ metadata: { labels: { b: '2' } } });
  });

  test('a group that nobody owns as a whole stays: the metadata of an object without labels', () => {
    expect(withoutFields(value, { 'f:metadata': { 'f:labels': { '.': {} } } }, {})).toMatchObject({
      metadata: { name: 'web' },
    });
  });
});
