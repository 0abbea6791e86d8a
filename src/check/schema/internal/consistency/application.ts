import { own } from '../../../../basics/own';
import { matches, selectorText, type Labels } from '../../../../k8s/selector';
import {
  absent,
  exclusive,
  filled,
  given,
  atMostOne,
  record,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import type { SchemaError } from '../../schema-error';

type Value = Readonly<Record<string, unknown>>;

/** The selector of a workload matches its own pods, and does not match all pods. */
function* selectorOf(value: Value): Generator<SchemaError> {
  const selector = record(value.selector);
  if (given(value, ['selector']).length === 0) return;
  if (Object.keys(record(selector.matchLabels)).length === 0 && !filled(selector.matchExpressions)) {
    yield absent(['selector', 'matchLabels'], 'A selector without labels would match every pod.', 'matchLabels');
    return;
  }
  const labels = record(record(record(value.template).metadata).labels) as Labels;
  if (given(value, ['template']).length === 0 || matches(selector, labels)) return;
  yield {
    code: 'selector-mismatch',
    field: ['selector'],
    message: 'The selector does not match the labels of the pod template.',
    expected: `labels of the template: ${selectorText({ matchLabels: labels }) || 'none'}`,
    got: selectorText(selector),
    fix: 'Make the selector match the labels of the pod template.',
  };
}

/** Pods of a long-running workload always restart. */
function* restartAlways(value: Value): Generator<SchemaError> {
  const { restartPolicy: policy, activeDeadlineSeconds } = record(record(value.template).spec);
  if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds !== null)
    yield exclusive(
      ['template', 'spec', 'activeDeadlineSeconds'],
      'A long-running workload has no deadline.',
      'no activeDeadlineSeconds, or a Job',
      'Remove activeDeadlineSeconds.',
    );
  if (!policy || policy === 'Always') return;
  yield inconsistent(
    ['template', 'spec', 'restartPolicy'],
    policy,
    'A long-running workload always restarts its containers.',
    'Always',
    'Remove restartPolicy. Use a Job for a program that ends.',
  );
}

/** An update type without settings. */
const update = (field: string, plain: string): ConsistencyCheck =>
  function* (value) {
    const { type, rollingUpdate } = record(value[field]);
    if (type === plain && rollingUpdate !== undefined && rollingUpdate !== null)
      yield exclusive(
        [field, 'rollingUpdate'],
        `The type ${plain} has no settings for a rolling update.`,
        'type: RollingUpdate, or no rollingUpdate',
      );
  };

function all(...checks: ConsistencyCheck[]): ConsistencyCheck {
  return function* (value) {
    for (const check of checks) yield* check(value);
  };
}

const daemonSet: ConsistencyCheck = function* (value) {
  const { type, rollingUpdate } = record(value.updateStrategy);
  if (type === 'OnDelete') return;
  const { maxSurge, maxUnavailable } = record(rollingUpdate);
  if (maxSurge !== undefined && maxSurge !== null && !isNothing(maxSurge) && !isNothing(maxUnavailable)) {
    yield exclusive(
      ['updateStrategy', 'rollingUpdate', 'maxSurge'],
      'A DaemonSet either removes the old pod first or creates the new pod first.',
      'one of maxSurge and maxUnavailable above 0',
      'Set maxUnavailable to 0.',
    );
  }
  if (isNothing(maxUnavailable) && (maxSurge === undefined || maxSurge === null || isNothing(maxSurge))) {
    yield exclusive(
      ['updateStrategy', 'rollingUpdate', 'maxUnavailable'],
      'A rolling update that can neither remove nor add a pod cannot start.',
      'one of maxSurge and maxUnavailable above 0',
      'Set maxSurge to 1.',
    );
  }
};

const isNothing = (share: unknown) => share === 0 || share === '0%';

const deployment: ConsistencyCheck = function* (value) {
  const { maxSurge, maxUnavailable } = record(record(value.strategy).rollingUpdate);
  if (isNothing(maxUnavailable) && isNothing(maxSurge)) {
    yield exclusive(
      ['strategy', 'rollingUpdate', 'maxUnavailable'],
      'A rolling update that can neither remove nor add a pod cannot start.',
      'one of maxSurge and maxUnavailable above 0',
      'Set maxSurge to 1.',
    );
  }
  const { minReadySeconds, progressDeadlineSeconds = 600 } = value;
  if (
    typeof progressDeadlineSeconds === 'number' &&
    typeof minReadySeconds === 'number' &&
    progressDeadlineSeconds <= minReadySeconds
  ) {
    yield inconsistent(
      ['progressDeadlineSeconds'],
      progressDeadlineSeconds,
      'The progress deadline ends before a new pod can become available.',
      `more than minReadySeconds, ${minReadySeconds}`,
      'Increase the deadline.',
    );
  }
};

const metric: ConsistencyCheck = function* (value) {
  const SOURCES: Record<string, string> = {
    Resource: 'resource',
    ContainerResource: 'containerResource',
    Pods: 'pods',
    Object: 'object',
    External: 'external',
  };
  const field = own(SOURCES, String(value.type));
  if (field === undefined) return;
  if (given(value, [field]).length === 0)
    yield absent(field, `A metric of type ${String(value.type)} requires the field ${field}.`, field);
  for (const other of given(value, Object.values(SOURCES)).filter((name) => name !== field))
    yield exclusive([other], `A metric of type ${String(value.type)} has no field ${other}.`, field);
  const target = record(record(value[field]).target);
  if (field === 'external' && given(target, ['value', 'averageValue']).length === 2)
    yield exclusive(
      [field, 'target', 'averageValue'],
      'A target applies either to all pods together or to each pod.',
      'value or averageValue',
    );
};

export const APPLICATION: Readonly<Record<string, ConsistencyCheck>> = {
  'apps/v1.DeploymentSpec': all(selectorOf, restartAlways, update('strategy', 'Recreate'), deployment),
  'apps/v1.ReplicaSetSpec': all(selectorOf, restartAlways),
  'apps/v1.StatefulSetSpec': all(selectorOf, restartAlways, update('updateStrategy', 'OnDelete')),
  'apps/v1.DaemonSetSpec': all(selectorOf, restartAlways, daemonSet),
  'policy/v1.PodDisruptionBudgetSpec': (value) =>
    atMostOne(value, ['minAvailable', 'maxUnavailable'], 'A PodDisruptionBudget'),
  'autoscaling/v2.HorizontalPodAutoscalerSpec': fewestAndMost,
  'autoscaling/v1.HorizontalPodAutoscalerSpec': fewestAndMost,
  'autoscaling/v2.HPAScalingRules': function* (value) {
    if (Array.isArray(value.policies) && value.policies.length === 0)
      yield absent('policies', 'Scaling rules require at least one policy.', 'policies');
  },
  'autoscaling/v2.MetricSpec': metric,
  'autoscaling/v2.MetricTarget': function* (value) {
    if (given(value, ['averageUtilization', 'averageValue', 'value']).length === 0)
      yield absent(
        'averageUtilization',
        'A metric target requires a number.',
        'one of averageUtilization, averageValue, value',
      );
    if (given(value, ['averageUtilization', 'averageValue']).length === 2)
      yield exclusive(
        ['averageValue'],
        'A target is either a utilization or a value.',
        'averageUtilization or averageValue',
      );
  },
};

function* fewestAndMost({ minReplicas, maxReplicas, scaleTargetRef }: Value): Generator<SchemaError> {
  const { apiVersion, kind } = record(scaleTargetRef);
  const ofGroup = typeof apiVersion === 'string' && apiVersion.includes('/');
  if (!ofGroup && typeof kind === 'string' && kind !== '' && kind !== 'ReplicationController')
    yield absent(['scaleTargetRef', 'apiVersion'], `The kind ${kind} belongs to an API group.`, 'apiVersion');
  if (typeof minReplicas !== 'number' || typeof maxReplicas !== 'number' || minReplicas <= maxReplicas) return;
  yield inconsistent(
    ['maxReplicas'],
    maxReplicas,
    'maxReplicas is less than minReplicas.',
    `at least minReplicas, ${minReplicas}`,
    'Swap the two numbers.',
  );
}
