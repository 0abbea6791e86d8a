import { parseQuantity } from '../../../k8s/quantity';
import { absent, exclusive, filled, given, items, record, texts, wrong, type Condition } from '../condition';
import type { Fault } from '../fault';
import { quotaName, resourceName } from '../formats';

type Value = Readonly<Record<string, unknown>>;

const amountOf = (value: unknown) => parseQuantity(typeof value === 'number' ? String(value) : value);

function* resources(value: Value): Generator<Fault> {
  for (const group of ['limits', 'requests']) {
    for (const [name, amount] of Object.entries(record(value[group]))) {
      if (name.includes('/') && !Number.isInteger(parseQuantity(String(amount))))
        yield wrong([group, name], amount, 'Of a device there is only a whole number.', 'a whole number', 'Write one.');
    }
  }
  for (const [name, request] of Object.entries(record(value.requests))) {
    // Of a device nobody gets more than is promised.
    if (name.includes('/') && String(record(value.limits)[name]) !== String(request))
      yield absent(
        ['limits', name],
        `The limit of ${name} is what is requested of it.`,
        `${name}: ${String(request)} in limits`,
        'Write the same in both.',
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
      message: `The limit of ${name} is below what is requested.`,
      expected: `at least ${request as string}`,
      got: String(limit),
      fix: 'Raise the limit or request less.',
    };
  }
}

/** Of the amounts of one resource each is at most the next; what is left out sets no bound. */
const RISING = [
  ['min', 'defaultRequest'],
  ['min', 'default'],
  ['min', 'max'],
  ['defaultRequest', 'default'],
  ['defaultRequest', 'max'],
  ['default', 'max'],
] as const;

const limits: Condition = function* (value) {
  const known = value.type === 'Container' ? resourceName : quotaName;
  const fields = given(value, ['min', 'defaultRequest', 'default', 'max', 'maxLimitRequestRatio']);
  if (value.type === 'Pod' || value.type === 'PersistentVolumeClaim') {
    for (const field of fields.filter(
      (name) => name.startsWith('default') && Object.keys(record(value[name])).length > 0,
    ))
      yield exclusive(
        [field],
        `Only a Container gets what it does not say; a ${value.type} does not.`,
        'type: Container',
      );
  }
  for (const field of fields) {
    for (const [name, amount] of Object.entries(record(value[field]))) {
      const expected = value.type === 'PersistentVolumeClaim' && name === 'storage' ? undefined : known(name);
      if (expected !== undefined)
        yield wrong([field, name], name, 'It is no resource that can be limited.', expected, 'Rename it.');
      if (field === 'maxLimitRequestRatio' && (amountOf(amount) ?? 1) < 1)
        yield wrong([field, name], amount, 'A limit is never below what is requested.', '1 or more', 'Raise it.');
    }
  }
  for (const [less, more] of RISING) {
    for (const [name, amount] of Object.entries(record(value[less]))) {
      const [low, high] = [amountOf(amount), amountOf(record(value[more])[name])];
      if (low !== undefined && high !== undefined && low > high)
        yield wrong(
          [less, name],
          amount,
          `The ${less} of ${name} is above its ${more}.`,
          `at most ${String(record(value[more])[name])}`,
          'Lower it.',
        );
    }
  }
};

/** Things that a quota counts are whole. */
const COUNTED =
  /^(pods|services|services\.(nodeports|loadbalancers)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|count\/.*)$/;
/** Scopes that pods have or have not; of these two exclude each other, and none is compared with values. */
const OPPOSITES: Readonly<Record<string, string>> = { Terminating: 'NotTerminating', BestEffort: 'NotBestEffort' };
const PLAIN = new Set<unknown>([...Object.entries(OPPOSITES).flat(), 'CrossNamespacePodAffinity']);

const quota: Condition = function* (value) {
  for (const [name, amount] of Object.entries(record(value.hard))) {
    const number = amountOf(amount);
    if (COUNTED.test(name) && number !== undefined && !Number.isInteger(number))
      yield wrong(['hard', name], amount, 'What is counted is whole.', 'a whole number', 'Write one.');
  }
  const selected = items(record(value.scopeSelector).matchExpressions);
  for (const { item, i } of selected) yield* scope(item, ['scopeSelector', 'matchExpressions', i]);
  const scopes = new Set<unknown>([...texts(value.scopes), ...selected.map(({ item }) => item.scopeName)]);
  for (const [one, other] of Object.entries(OPPOSITES)) {
    if (scopes.has(one) && scopes.has(other))
      yield exclusive(
        [filled(value.scopes) ? 'scopes' : 'scopeSelector'],
        `No pod is ${one} and ${other}.`,
        'one of them',
      );
  }
};

function* scope({ scopeName, operator, values }: Value, at: (string | number)[]): Generator<Fault> {
  const compares = operator === 'In' || operator === 'NotIn';
  if (PLAIN.has(scopeName) && operator !== undefined && operator !== 'Exists')
    yield wrong(
      [...at, 'operator'],
      operator,
      `A pod is ${String(scopeName)} or it is not.`,
      'Exists',
      'Write Exists.',
    );
  else if (compares && !filled(values))
    yield absent([...at, 'values'], `${operator} needs values to compare with.`, 'values');
  else if (!compares && filled(values))
    yield exclusive([...at, 'values'], `${String(operator)} compares with no values.`, 'none');
}

export const LIMITS: Readonly<Record<string, Condition>> = {
  'v1.ResourceRequirements': resources,
  'v1.LimitRangeItem': limits,
  'v1.ResourceQuotaSpec': quota,
};
