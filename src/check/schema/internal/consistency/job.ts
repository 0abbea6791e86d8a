import {
  absent,
  exclusive,
  filled,
  given,
  items,
  record,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import type { SchemaError } from '../../schema-error';

type Value = Readonly<Record<string, unknown>>;

const has = (value: Value, field: string) => given(value, [field]).length > 0;

const job: ConsistencyCheck = function* (value) {
  const spec = record(record(value.template).spec);
  if (has(value, 'template') && (!spec.restartPolicy || spec.restartPolicy === 'Always')) {
    yield inconsistent(
      ['template', 'spec', 'restartPolicy'],
      spec.restartPolicy ?? null,
      'A Job ends, so its pods cannot always restart.',
      'OnFailure or Never',
      'Write restartPolicy: OnFailure, or Never to create a new pod for each retry.',
    );
  } else if (spec.restartPolicy === 'OnFailure' && has(value, 'podFailurePolicy')) {
    yield exclusive(
      ['template', 'spec', 'restartPolicy'],
      'A podFailurePolicy requires a new pod for each retry.',
      'Never',
      'Write restartPolicy: Never.',
    );
  }
  if (value.manualSelector === true && !has(value, 'selector'))
    yield absent('selector', 'A Job with manualSelector requires a selector.', 'selector');
  if (Object.keys(record(value.selector)).length > 0 && value.manualSelector !== true)
    yield exclusive(
      ['selector'],
      'The cluster generates the selector of a Job.',
      'no selector',
      'Remove spec.selector.',
    );
  yield* indexes(value);
};

/** An indexed Job has a pod for each index. Only such a Job has settings for single indexes. */
function* indexes(value: Value): Generator<SchemaError> {
  if (value.completionMode === 'Indexed') {
    if (!has(value, 'completions'))
      yield absent('completions', 'An indexed Job requires the number of its indexes.', 'completions');
  } else {
    for (const field of given(value, ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy']))
      yield exclusive(
        [field],
        'Only an indexed Job has indexes.',
        'completionMode: Indexed',
        `Remove ${field}, or write completionMode: Indexed.`,
      );
  }
  if (has(value, 'backoffLimitPerIndex')) return;
  const why = 'Single indexes can fail only if each index has its own backoff limit.';
  if (has(value, 'maxFailedIndexes')) yield absent('backoffLimitPerIndex', why, 'backoffLimitPerIndex');
  for (const { item, i } of items(record(value.podFailurePolicy).rules))
    if (item.action === 'FailIndex')
      yield exclusive(
        ['podFailurePolicy', 'rules', i, 'action'],
        why,
        'backoffLimitPerIndex',
        'Add backoffLimitPerIndex.',
      );
}

export const JOB: Readonly<Record<string, ConsistencyCheck>> = {
  'batch/v1.JobSpec': job,
  'batch/v1.PodFailurePolicyRule': function* (value) {
    const ways = [...given(value, ['onExitCodes']), ...(filled(value.onPodConditions) ? ['onPodConditions'] : [])];
    if (ways.length === 0)
      yield absent(
        'onExitCodes',
        'A failure rule requires exit codes or conditions.',
        'one of onExitCodes, onPodConditions',
      );
    if (ways.length === 2)
      yield exclusive(
        ['onPodConditions'],
        'A failure rule has either exit codes or conditions.',
        'onExitCodes or onPodConditions',
      );
  },
  'batch/v1.PodFailurePolicyOnExitCodesRequirement': function* (value) {
    if (!filled(value.values)) yield absent('values', 'A comparison of exit codes requires values.', 'values');
  },
  'batch/v1.SuccessPolicy': function* (value) {
    if (!filled(value.rules)) yield absent('rules', 'A success policy requires a rule.', 'rules');
  },
  'batch/v1.SuccessPolicyRule': function* (value) {
    if (given(value, ['succeededCount', 'succeededIndexes']).length === 0)
      yield absent(
        'succeededCount',
        'A success rule requires the indexes, or the number of indexes, that must succeed.',
        'one of succeededCount, succeededIndexes',
      );
  },
  'batch/v1.CronJobSpec': function* (value) {
    if (value.schedule === '') yield absent('schedule', 'A CronJob requires a schedule.', 'schedule');
    if (record(record(value.jobTemplate).spec).manualSelector === true)
      yield exclusive(
        ['jobTemplate', 'spec', 'manualSelector'],
        'The cluster generates the selector of each run.',
        'no manualSelector',
        'Remove manualSelector.',
      );
  },
  'batch/v1.CronJob': function* (value) {
    const { name } = record(value.metadata);
    // The name of each run is the name of the CronJob with a number.
    if (typeof name === 'string' && name.length > 52)
      yield inconsistent(
        ['metadata', 'name'],
        name,
        'The name is too long: the cluster appends a number for each run.',
        'at most 52 characters',
        `Remove at least ${name.length - 52} characters from metadata.name.`,
      );
  },
};
