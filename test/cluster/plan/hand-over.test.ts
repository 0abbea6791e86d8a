import type { LiveObject } from '../../../src/cluster/connection/api-server';
import { handOverOf } from '../../../src/cluster/plan/hand-over';

const object = (kind: string, spec: object) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'web' }, spec });
const live = (kind: string, spec: object, manager: string, operation = 'Apply', field = 'replicas') =>
  ({
    ...object(kind, spec),
    metadata: {
      name: 'web',
      managedFields: [{ manager, operation, fieldsV1: { 'f:spec': { [`f:${field}`]: {} } } }],
    },
  }) as unknown as LiveObject;

test.each([
  ['callsign set the number', object('Deployment', {}), live('Deployment', { replicas: 3 }, 'callsign'), 3],
  [
    'kubectl apply set it',
    object('Deployment', {}),
    live('Deployment', { replicas: 3 }, 'kubectl-client-side-apply', 'Update'),
    3,
  ],
  [
    'the minimum of an autoscaler',
    object('HorizontalPodAutoscaler', {}),
    live('HorizontalPodAutoscaler', { minReplicas: 2 }, 'callsign', 'Apply', 'minReplicas'),
    2,
  ],
  [
    'the minimum of a ScaledObject',
    object('ScaledObject', {}),
    live('ScaledObject', { minReplicaCount: 2 }, 'callsign', 'Apply', 'minReplicaCount'),
    2,
  ],
])('a number that the charts drop is handed over: %s', (_, desired, current, value) => {
  expect(handOverOf(desired, current)?.value).toBe(value);
});

test.each([
  ['the charts set it', object('Deployment', { replicas: 2 }), live('Deployment', { replicas: 3 }, 'callsign')],
  [
    'an autoscaler owns it',
    object('Deployment', {}),
    live('Deployment', { replicas: 3 }, 'kube-controller-manager', 'Update'),
  ],
  ['the object is new', object('Deployment', {}), undefined],
  ['the kind has no such number', object('DaemonSet', {}), live('DaemonSet', { replicas: 3 }, 'callsign')],
])('nothing is handed over: %s', (_, desired, current) => {
  expect(handOverOf(desired, current)).toBeUndefined();
});
