import { own } from '../../../basics/own';
import { matches, selectorText, type Labels } from '../../../k8s/selector';
import { absent, exclusive, filled, given, oneOf, record, wrong, type Condition } from '../condition';
import type { Fault } from '../fault';

type Value = Readonly<Record<string, unknown>>;

/** A workload owns the pods that its selector takes: its own have to be among them, and it has to take some only. */
function* selectorOf(value: Value): Generator<Fault> {
  const selector = record(value.selector);
  if (given(value, ['selector']).length === 0) return;
  if (Object.keys(record(selector.matchLabels)).length === 0 && !filled(selector.matchExpressions)) {
    yield absent(['selector', 'matchLabels'], 'A selector without labels would take every pod.', 'matchLabels');
    return;
  }
  const labels = record(record(record(value.template).metadata).labels) as Labels;
  if (given(value, ['template']).length === 0 || matches(selector, labels)) return;
  yield {
    code: 'selector-mismatch',
    field: ['selector'],
    message: 'The selector does not take the pods of its own template.',
    expected: `labels of the template: ${selectorText({ matchLabels: labels }) || 'none are there'}`,
    got: selectorText(selector),
    fix: 'Make the selector and the labels of the pod template the same.',
  };
}

/** Pods that should run for ever are started again for ever. */
function* restartAlways(value: Value): Generator<Fault> {
  const { restartPolicy: policy, activeDeadlineSeconds } = record(record(value.template).spec);
  if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds !== null)
    yield exclusive(
      ['template', 'spec', 'activeDeadlineSeconds'],
      'What runs for ever has no deadline.',
      'none, or a Job',
      'Take it out.',
    );
  if (!policy || policy === 'Always') return;
  yield wrong(
    ['template', 'spec', 'restartPolicy'],
    policy,
    'What runs for ever is always started again.',
    'Always',
    'Take restartPolicy out; for something that ends, write a Job.',
  );
}

/** A type of update that has no settings. */
const update = (field: string, plain: string): Condition =>
  function* (value) {
    const { type, rollingUpdate } = record(value[field]);
    if (type === plain && rollingUpdate !== undefined && rollingUpdate !== null)
      yield exclusive(
        [field, 'rollingUpdate'],
        `With ${plain} nothing is rolled, so there is nothing to set.`,
        'type: RollingUpdate, or no rollingUpdate',
      );
  };

function all(...conditions: Condition[]): Condition {
  return function* (value) {
    for (const condition of conditions) yield* condition(value);
  };
}

const daemonSet: Condition = function* (value) {
  const { type, rollingUpdate } = record(value.updateStrategy);
  if (type === 'OnDelete') return;
  const { maxSurge, maxUnavailable } = record(rollingUpdate);
  if (maxSurge !== undefined && maxSurge !== null && !isNothing(maxSurge) && !isNothing(maxUnavailable)) {
    yield exclusive(
      ['updateStrategy', 'rollingUpdate', 'maxSurge'],
      'A rolling update of a node takes the old copy away first, or adds the new one first.',
      'one of maxSurge and maxUnavailable above 0',
      'Set maxUnavailable to 0.',
    );
  }
  if (isNothing(maxUnavailable) && (maxSurge === undefined || maxSurge === null || isNothing(maxSurge))) {
    yield exclusive(
      ['updateStrategy', 'rollingUpdate', 'maxUnavailable'],
      'A rolling update that may take none away and add none cannot begin.',
      'one of maxSurge and maxUnavailable above 0',
      'Set maxSurge to 1.',
    );
  }
};

const isNothing = (share: unknown) => share === 0 || share === '0%';

const deployment: Condition = function* (value) {
  const { maxSurge, maxUnavailable } = record(record(value.strategy).rollingUpdate);
  if (isNothing(maxUnavailable) && isNothing(maxSurge)) {
    yield exclusive(
      ['strategy', 'rollingUpdate', 'maxUnavailable'],
      'A rolling update that may take none away and add none cannot begin.',
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
    yield wrong(
      ['progressDeadlineSeconds'],
      progressDeadlineSeconds,
      'The deadline for progress ends before a pod counts as available.',
      `more than minReadySeconds, ${minReadySeconds}`,
      'Make it longer.',
    );
  }
};

const metric: Condition = function* (value) {
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
    yield absent(field, `A metric of the type ${String(value.type)} needs the field of that name.`, field);
  for (const other of given(value, Object.values(SOURCES)).filter((name) => name !== field))
    yield exclusive([other], `A metric of the type ${String(value.type)} has no ${other}.`, field);
  const target = record(record(value[field]).target);
  if (field === 'external' && given(target, ['value', 'averageValue']).length === 2)
    yield exclusive(
      [field, 'target', 'averageValue'],
      'A target is for all pods together or for each.',
      'value or averageValue',
    );
};

export const APPLICATION: Readonly<Record<string, Condition>> = {
  'apps/v1.DeploymentSpec': all(selectorOf, restartAlways, update('strategy', 'Recreate'), deployment),
  'apps/v1.ReplicaSetSpec': all(selectorOf, restartAlways),
  'apps/v1.StatefulSetSpec': all(selectorOf, restartAlways, update('updateStrategy', 'OnDelete')),
  'apps/v1.DaemonSetSpec': all(selectorOf, restartAlways, daemonSet),
  'policy/v1.PodDisruptionBudgetSpec': (value) =>
    oneOf(value, ['minAvailable', 'maxUnavailable'], 0, 'A PodDisruptionBudget'),
  'autoscaling/v2.HorizontalPodAutoscalerSpec': fewestAndMost,
  'autoscaling/v1.HorizontalPodAutoscalerSpec': fewestAndMost,
  'autoscaling/v2.HPAScalingRules': function* (value) {
    if (Array.isArray(value.policies) && value.policies.length === 0)
      yield absent('policies', 'Rules of scaling need a policy.', 'policies');
  },
  'autoscaling/v2.MetricSpec': metric,
  'autoscaling/v2.MetricTarget': function* (value) {
    if (given(value, ['averageUtilization', 'averageValue', 'value']).length === 0)
      yield absent(
        'averageUtilization',
        'A target needs its number.',
        'one of averageUtilization, averageValue, value',
      );
    if (given(value, ['averageUtilization', 'averageValue']).length === 2)
      yield exclusive(
        ['averageValue'],
        'A target is a share or a value, never both.',
        'averageUtilization or averageValue',
      );
  },
};

function* fewestAndMost({ minReplicas, maxReplicas, scaleTargetRef }: Value): Generator<Fault> {
  const { apiVersion, kind } = record(scaleTargetRef);
  const ofGroup = typeof apiVersion === 'string' && apiVersion.includes('/');
  if (!ofGroup && typeof kind === 'string' && kind !== '' && kind !== 'ReplicationController')
    yield absent(['scaleTargetRef', 'apiVersion'], `A ${kind} is of an API group.`, 'apiVersion');
  if (typeof minReplicas !== 'number' || typeof maxReplicas !== 'number' || minReplicas <= maxReplicas) return;
  yield wrong(
    ['maxReplicas'],
    maxReplicas,
    'The most copies are fewer than the fewest.',
    `at least minReplicas, ${minReplicas}`,
    'Exchange the two.',
  );
}
