import { busyness, faultsOf, type Node } from '../e2e/support/ground';
import type { Pod } from '../e2e/support/kubectl';

const STEP = Date.parse('2026-03-01T10:00:00.700Z');
const metadata = (name: string) => ({ name, uid: '', resourceVersion: '1', creationTimestamp: '' });
const node = (name: string, status: string, lastTransitionTime: string): Node => ({
  kind: 'Node',
  metadata: metadata(name),
  status: { conditions: [{ type: 'Ready', status, lastTransitionTime }] },
});
const part = (name: string, finishedAt?: string): Pod => ({
  kind: 'Pod',
  metadata: metadata(name),
  spec: { containers: [] },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        restartCount: 0,
        ready: true,
        state: {},
        lastState: finishedAt ? { terminated: { reason: 'Error', exitCode: 1, finishedAt } } : {},
      },
    ],
  },
});

test('a failed step is repeated only if the cluster had a fault during the step', () => {
  const steady = [node('worker', 'True', '2026-03-01T09:59:00Z')];
  expect(faultsOf(steady, [part('kube-scheduler')], STEP)).toEqual([]);
  expect(faultsOf(steady, [part('kube-scheduler', '2026-03-01T09:59:59Z')], STEP)).toEqual([]);
  expect(faultsOf(steady, [part('kube-scheduler', '2026-03-01T10:00:00Z')], STEP)).toEqual(['kube-scheduler ended']);
  expect(
    faultsOf(
      [node('worker', 'True', '2026-03-01T10:00:30Z'), node('worker2', 'Unknown', '2026-03-01T09:00:00Z')],
      [],
      STEP,
    ),
  ).toEqual(['node worker was lost', 'node worker2 was lost']);
});

test('a failed step is repeated if more programs wanted to run than the cores can serve', () => {
  expect(busyness(8, 2)).toEqual([]);
  expect(busyness(21.6, 2)).toEqual(['the machine was busy: a load of 22 on 2 cores']);
});
