import { parseQuantity } from '../../../../k8s/quantity';
import {
  absent,
  exclusive,
  filled,
  given,
  items,
  record,
  texts,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import type { SchemaError } from '../../schema-error';
import { quotaName, resourceName } from '../formats/formats';

type Value = Readonly<Record<string, unknown>>;

const amountOf = (value: unknown) => parseQuantity(typeof value === 'number' ? String(value) : value);

function* resources(value: Value): Generator<SchemaError> {
  for (const group of ['limits', 'requests']) {
    for (const [name, amount] of Object.entries(record(value[group]))) {
      if (name.includes('/') && !Number.isInteger(parseQuantity(String(amount))))
        yield inconsistent(
          [group, name],
          amount,
          'The quantity of a device is a whole number.',
          'a whole number',
          `Write a whole number, such as ${name}: 1.`,
        );
    }
  }
  for (const [name, request] of Object.entries(record(value.requests))) {
    // Devices cannot be overcommitted.
    if (name.includes('/') && String(record(value.limits)[name]) !== String(request))
      yield absent(
        ['limits', name],
        `The limit and the request of ${name} must be equal.`,
        `${name}: ${String(request)} in limits`,
        'Write the same value in both.',
      );
  }
  for (const [name, limit] of Object.entries(record(value.limits))) {
    const request = record(value.requests)[name];
    const [most, asked] = [limit, request].map((quantity) =>
      parseQuantity(typeof quantity === 'number' ? String(quantity) : quantity),
    );
    if (most === undefined || asked === undefined || asked <= most) continue;
    yield {
      code: 'limit-below-request',
      field: ['limits', name],
      message: `The limit of ${name} is less than the request.`,
      expected: `at least ${request as string}`,
      got: String(limit),
      fix: 'Increase the limit or reduce the request.',
    };
  }
}

/** Pairs of fields: the amount in the first is at most the amount in the second. */
const RISING = [
  ['min', 'defaultRequest'],
  ['min', 'default'],
  ['min', 'max'],
  ['defaultRequest', 'default'],
  ['defaultRequest', 'max'],
  ['default', 'max'],
] as const;

const limits: ConsistencyCheck = function* (value) {
  const known = value.type === 'Container' ? resourceName : quotaName;
  const fields = given(value, ['min', 'defaultRequest', 'default', 'max', 'maxLimitRequestRatio']);
  if (value.type === 'Pod' || value.type === 'PersistentVolumeClaim') {
    for (const field of fields.filter(
      (name) => name.startsWith('default') && Object.keys(record(value[name])).length > 0,
    ))
      yield exclusive([field], `A ${value.type} has no defaults; only a Container has.`, 'type: Container');
  }
  for (const field of fields) {
    for (const [name, amount] of Object.entries(record(value[field]))) {
      const expected = value.type === 'PersistentVolumeClaim' && name === 'storage' ? undefined : known(name);
      if (expected !== undefined)
        yield inconsistent(
          [field, name],
          name,
          'The resource cannot be limited.',
          expected,
          'Correct the name of the resource.',
        );
      if (field === 'maxLimitRequestRatio' && (amountOf(amount) ?? 1) < 1)
        yield inconsistent(
          [field, name],
          amount,
          'A limit cannot be less than the request.',
          '1 or more',
          'Increase the ratio.',
        );
    }
  }
  for (const [less, more] of RISING) {
    for (const [name, amount] of Object.entries(record(value[less]))) {
      const [low, high] = [amountOf(amount), amountOf(record(value[more])[name])];
      if (low !== undefined && high !== undefined && low > high)
        yield inconsistent(
          [less, name],
          amount,
          `The ${less} of ${name} is greater than its ${more}.`,
          `at most ${String(record(value[more])[name])}`,
          `Reduce the ${less}.`,
        );
    }
  }
};

/** Resources of a quota that are numbers of objects. */
const COUNTED =
  /^(pods|services|services\.(nodeports|loadbalancers)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|count\/.*)$/;
/** Scopes without values. A pod is in exactly one scope of each pair. */
const OPPOSITES: Readonly<Record<string, string>> = { Terminating: 'NotTerminating', BestEffort: 'NotBestEffort' };
const PLAIN = new Set<unknown>([...Object.entries(OPPOSITES).flat(), 'CrossNamespacePodAffinity']);

const quota: ConsistencyCheck = function* (value) {
  for (const [name, amount] of Object.entries(record(value.hard))) {
    const number = amountOf(amount);
    if (COUNTED.test(name) && number !== undefined && !Number.isInteger(number))
      yield inconsistent(
        ['hard', name],
        amount,
        'The number of objects is a whole number.',
        'a whole number',
        `Write a whole number, such as ${name}: 1.`,
      );
  }
  const selected = items(record(value.scopeSelector).matchExpressions);
  for (const { item, i } of selected) yield* scope(item, ['scopeSelector', 'matchExpressions', i]);
  const scopes = new Set<unknown>([...texts(value.scopes), ...selected.map(({ item }) => item.scopeName)]);
  for (const [one, other] of Object.entries(OPPOSITES)) {
    if (scopes.has(one) && scopes.has(other))
      yield exclusive(
        [filled(value.scopes) ? 'scopes' : 'scopeSelector'],
        `No pod is both ${one} and ${other}.`,
        'one of them',
      );
  }
};

function* scope({ scopeName, operator, values }: Value, at: (string | number)[]): Generator<SchemaError> {
  const compares = operator === 'In' || operator === 'NotIn';
  if (PLAIN.has(scopeName) && operator !== undefined && operator !== 'Exists')
    yield inconsistent(
      [...at, 'operator'],
      operator,
      `The scope ${String(scopeName)} has no values to compare with.`,
      'Exists',
      'Write Exists.',
    );
  else if (compares && !filled(values))
    yield absent([...at, 'values'], `The operator ${operator} requires values.`, 'values');
  else if (!compares && filled(values))
    yield exclusive([...at, 'values'], `The operator ${String(operator)} has no values.`, 'no values');
}

export const LIMITS: Readonly<Record<string, ConsistencyCheck>> = {
  'v1.ResourceRequirements': resources,
  'v1.LimitRangeItem': limits,
  'v1.ResourceQuotaSpec': quota,
};
