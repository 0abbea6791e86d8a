import { absent, exclusive, filled, given, items, record, wrong, type Condition } from '../condition';
import type { Fault } from '../fault';

type Value = Readonly<Record<string, unknown>>;

const has = (value: Value, field: string) => given(value, [field]).length > 0;

const job: Condition = function* (value) {
  const spec = record(record(value.template).spec);
  if (has(value, 'template') && (!spec.restartPolicy || spec.restartPolicy === 'Always')) {
    yield wrong(
      ['template', 'spec', 'restartPolicy'],
      spec.restartPolicy ?? null,
      'A Job ends, so its pods are not always started again.',
      'OnFailure or Never',
      'Write restartPolicy: OnFailure, or Never to have a new pod for each try.',
    );
  } else if (spec.restartPolicy === 'OnFailure' && has(value, 'podFailurePolicy')) {
    yield exclusive(
      ['template', 'spec', 'restartPolicy'],
      'What becomes of a pod that failed can be told only where each try is a new pod.',
      'Never',
      'Write restartPolicy: Never.',
    );
  }
  if (value.manualSelector === true && !has(value, 'selector'))
    yield absent('selector', 'A Job whose selector is not made in the cluster has one.', 'selector');
  if (Object.keys(record(value.selector)).length > 0 && value.manualSelector !== true)
    yield exclusive(['selector'], 'The selector of a Job is made in the cluster.', 'no selector', 'Take it out.');
  yield* indexes(value);
};

/** An indexed Job has a pod for each number: only there something can be said of each. */
function* indexes(value: Value): Generator<Fault> {
  if (value.completionMode === 'Indexed') {
    if (!has(value, 'completions'))
      yield absent('completions', 'An indexed Job needs the number of its indexes.', 'completions');
  } else {
    for (const field of given(value, ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy']))
      yield exclusive(
        [field],
        'Only an indexed Job has indexes.',
        'completionMode: Indexed',
        `Take ${field} out, or write completionMode: Indexed.`,
      );
  }
  if (has(value, 'backoffLimitPerIndex')) return;
  const why = 'Indexes fail one by one only where each has a limit of its own.';
  if (has(value, 'maxFailedIndexes')) yield absent('backoffLimitPerIndex', why, 'backoffLimitPerIndex');
  for (const { item, i } of items(record(value.podFailurePolicy).rules))
    if (item.action === 'FailIndex')
      yield exclusive(['podFailurePolicy', 'rules', i, 'action'], why, 'backoffLimitPerIndex', 'Add it.');
}

export const JOB: Readonly<Record<string, Condition>> = {
  'batch/v1.JobSpec': job,
  'batch/v1.PodFailurePolicyRule': function* (value) {
    const ways = [...given(value, ['onExitCodes']), ...(filled(value.onPodConditions) ? ['onPodConditions'] : [])];
    if (ways.length === 0)
      yield absent('onExitCodes', 'A rule says which failures it is about.', 'one of onExitCodes, onPodConditions');
    if (ways.length === 2)
      yield exclusive(
        ['onPodConditions'],
        'A rule is about exit codes or about conditions.',
        'onExitCodes or onPodConditions',
      );
  },
  'batch/v1.PodFailurePolicyOnExitCodesRequirement': function* (value) {
    if (!filled(value.values)) yield absent('values', 'Exit codes are compared with some.', 'values');
  },
  'batch/v1.SuccessPolicy': function* (value) {
    if (!filled(value.rules)) yield absent('rules', 'What a success is says a rule.', 'rules');
  },
  'batch/v1.SuccessPolicyRule': function* (value) {
    if (given(value, ['succeededCount', 'succeededIndexes']).length === 0)
      yield absent(
        'succeededCount',
        'A rule says which indexes have to succeed.',
        'one of succeededCount, succeededIndexes',
      );
  },
  'batch/v1.CronJobSpec': function* (value) {
    if (value.schedule === '') yield absent('schedule', 'A CronJob needs the times at which it is due.', 'schedule');
    if (record(record(value.jobTemplate).spec).manualSelector === true)
      yield exclusive(
        ['jobTemplate', 'spec', 'manualSelector'],
        'The runs of a CronJob get a selector each.',
        'no manualSelector',
        'Take it out.',
      );
  },
  'batch/v1.CronJob': function* (value) {
    const { name } = record(value.metadata);
    // Each run is named after it, with a number behind.
    if (typeof name === 'string' && name.length > 52)
      yield wrong(
        ['metadata', 'name'],
        name,
        'The name of a CronJob leaves room for the number of each run.',
        'at most 52 letters',
        'Shorten it.',
      );
  },
};
