import { own } from '../../../basics/own';
import { parseQuantity } from '../../../k8s/quantity';
import { absent, filled, given, items, oneOf, record, wrong, type Condition } from '../condition';
import type { Fault } from '../fault';
import { PERSISTENT_SOURCES } from '../volume-sources';

/** What an API server takes of the data of one object. */
const LARGEST = 1024 * 1024;

function* data(value: Readonly<Record<string, unknown>>, text: string, bytes: string): Generator<Fault> {
  const [a, b] = [record(value[text]), record(value[bytes])];
  for (const key of Object.keys(b))
    if (text === 'data' && key in a)
      yield {
        code: 'item-taken',
        field: [bytes, key],
        message: `The key ${key} is in ${text} and in ${bytes}.`,
        expected: 'each key once',
        got: key,
        fix: 'Take one of them out.',
      };
  const size = [...Object.values(a), ...Object.values(b)].reduce<number>(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0),
    0,
  );
  if (size > LARGEST)
    yield wrong(
      [text],
      `${size} bytes`,
      'It is too large for the store of a cluster.',
      'at most 1 MiB',
      'Put it into a volume or an image.',
    );
}

const LEVELS = ['privileged', 'baseline', 'restricted'];

/** The keys without which a Secret of a type is refused. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

/** The annotation that says whose token a Secret is to hold. */
const ACCOUNT = 'kubernetes.io/service-account.name';

const secret: Condition = function* (value) {
  yield* data(value, 'stringData', 'data');
  if (value.type === 'kubernetes.io/service-account-token' && !record(record(value.metadata).annotations)[ACCOUNT])
    yield absent(['metadata', 'annotations', ACCOUNT], 'A token is that of a ServiceAccount.', ACCOUNT);
  const keys = { ...record(value.data), ...record(value.stringData) };
  for (const key of own(KEYS, String(value.type)) ?? []) {
    if (!(key in keys)) {
      yield absent('data', `A Secret of the type ${String(value.type)} needs the key ${key}.`, key);
    } else if (key.startsWith('.docker') && !isJson(keys[key], key in record(value.stringData))) {
      yield wrong(
        [key in record(value.stringData) ? 'stringData' : 'data', key],
        'a text',
        'The logins of registries are written in JSON.',
        'JSON such as {"auths":{}}',
        'Make the Secret with: kubectl create secret docker-registry.',
      );
    }
  }
};

function isJson(value: unknown, plain: boolean): boolean {
  // What is no text, or no base64, is told already.
  if (typeof value !== 'string') return true;
  try {
    JSON.parse(plain ? value : Buffer.from(value, 'base64').toString());
    return true;
  } catch {
    return false;
  }
}

const isZero = (quantity: unknown) => quantity === 0 || parseQuantity(quantity) === 0;

const claim: Condition = function* (value) {
  if (!filled(value.accessModes)) yield absent('accessModes', 'A claim says how it is mounted.', 'accessModes');
  const { storage } = record(record(value.resources).requests);
  if (storage === undefined || storage === null)
    yield absent(['resources', 'requests', 'storage'], 'A claim says how much it needs.', 'resources.requests.storage');
  else if (isZero(storage))
    yield wrong(
      ['resources', 'requests', 'storage'],
      storage,
      'A claim of nothing is no claim.',
      'more than 0',
      'Write how much it needs.',
    );
  for (const field of ['dataSource', 'dataSourceRef']) {
    const { apiGroup, kind } = record(value[field]);
    if (typeof kind === 'string' && kind !== '' && kind !== 'PersistentVolumeClaim' && !apiGroup)
      yield absent([field, 'apiGroup'], `A ${kind} is of an API group.`, 'apiGroup');
  }
};

export const STORAGE: Readonly<Record<string, Condition>> = {
  'v1.ServiceAccount': function* (value) {
    for (const { item, i } of items(value.secrets))
      if (!item.name) yield absent(['secrets', i, 'name'], 'A Secret of a ServiceAccount is named.', 'name');
  },
  'v1.TopologySelectorTerm': function* (value) {
    if (!filled(value.matchLabelExpressions))
      yield absent('matchLabelExpressions', 'A topology says where.', 'matchLabelExpressions');
    for (const { item, i } of items(value.matchLabelExpressions))
      if (!filled(item.values))
        yield absent(['matchLabelExpressions', i, 'values'], 'A topology has values.', 'values');
  },
  'v1.ConfigMap': (value) => data(value, 'data', 'binaryData'),
  'v1.Secret': secret,
  'v1.PersistentVolumeClaimSpec': claim,
  'v1.Namespace': function* (value) {
    for (const [label, level] of Object.entries(record(record(value.metadata).labels))) {
      const mode = /^pod-security\.kubernetes\.io\/(enforce|audit|warn)$/.test(label);
      if (mode && !LEVELS.includes(String(level)))
        yield wrong(
          ['metadata', 'labels', label],
          level,
          'Pod Security has no such level.',
          LEVELS.join(', '),
          'Write one of them.',
        );
    }
  },
  'v1.PersistentVolumeSpec': function* (value) {
    yield* oneOf(value, PERSISTENT_SOURCES, 1, 'A PersistentVolume');
    if (!filled(value.accessModes)) yield absent('accessModes', 'A volume says how it can be mounted.', 'accessModes');
    const { storage } = record(value.capacity);
    if (isZero(storage))
      yield wrong(
        ['capacity', 'storage'],
        storage,
        'A volume of nothing is no volume.',
        'more than 0',
        'Write how large it is.',
      );
    if (given(record(value.capacity), ['storage']).length === 0)
      yield absent('capacity', 'A volume says how large it is.', 'capacity.storage');
  },
};
