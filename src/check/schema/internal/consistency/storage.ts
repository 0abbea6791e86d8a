import { own } from '../../../../basics/own';
import { parseQuantity } from '../../../../k8s/quantity';
import {
  absent,
  filled,
  given,
  items,
  exactlyOne,
  record,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import type { SchemaError } from '../../schema-error';
import { PERSISTENT_SOURCES } from './volume-sources';

/** The maximum size of the data in a ConfigMap or a Secret. */
const LARGEST = 1024 * 1024;

function* data(value: Readonly<Record<string, unknown>>, text: string, bytes: string): Generator<SchemaError> {
  const [a, b] = [record(value[text]), record(value[bytes])];
  for (const key of Object.keys(b))
    if (text === 'data' && key in a)
      yield {
        code: 'item-taken',
        field: [bytes, key],
        message: `The key ${key} is in both ${text} and ${bytes}.`,
        expected: 'unique keys',
        got: key,
        fix: `Remove ${key} from ${text} or from ${bytes}.`,
      };
  const size = [...Object.values(a), ...Object.values(b)].reduce<number>(
    (sum, part) => sum + (typeof part === 'string' ? Buffer.byteLength(part) : 0),
    0,
  );
  if (size > LARGEST)
    yield inconsistent(
      [text],
      `${size} bytes`,
      'The data is too large for one object.',
      'at most 1 MiB',
      'Put the data into a volume or an image.',
    );
}

const LEVELS = ['privileged', 'baseline', 'restricted'];

/** The keys that Secrets of each type require. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
};

/** The annotation with the ServiceAccount of a token. */
const ACCOUNT = 'kubernetes.io/service-account.name';

const secret: ConsistencyCheck = function* (value) {
  yield* data(value, 'stringData', 'data');
  if (value.type === 'kubernetes.io/service-account-token' && !record(record(value.metadata).annotations)[ACCOUNT])
    yield absent(
      ['metadata', 'annotations', ACCOUNT],
      'A Secret with a token requires the name of a ServiceAccount.',
      ACCOUNT,
    );
  const keys = { ...record(value.data), ...record(value.stringData) };
  for (const key of own(KEYS, String(value.type)) ?? []) {
    if (!(key in keys)) {
      yield absent('data', `A Secret of type ${String(value.type)} requires the key ${key}.`, key);
    } else if (key.startsWith('.docker') && !isJson(keys[key], key in record(value.stringData))) {
      yield inconsistent(
        [key in record(value.stringData) ? 'stringData' : 'data', key],
        'a string',
        'Registry credentials must be JSON.',
        'JSON such as {"auths":{}}',
        'Create the Secret with: kubectl create secret docker-registry.',
      );
    }
  }
};

function isJson(value: unknown, plain: boolean): boolean {
  // Other types and invalid base64 are reported elsewhere.
  if (typeof value !== 'string') return true;
  try {
    JSON.parse(plain ? value : Buffer.from(value, 'base64').toString());
    return true;
  } catch {
    return false;
  }
}

const isZero = (quantity: unknown) => quantity === 0 || parseQuantity(quantity) === 0;

const claim: ConsistencyCheck = function* (value) {
  if (!filled(value.accessModes))
    yield absent('accessModes', 'A PersistentVolumeClaim requires an access mode.', 'accessModes');
  const { storage } = record(record(value.resources).requests);
  if (storage === undefined || storage === null)
    yield absent(
      ['resources', 'requests', 'storage'],
      'A PersistentVolumeClaim requires a storage size.',
      'resources.requests.storage',
    );
  else if (isZero(storage))
    yield inconsistent(
      ['resources', 'requests', 'storage'],
      storage,
      'The storage size of a claim is zero.',
      'more than 0',
      'Write the required size.',
    );
  for (const field of ['dataSource', 'dataSourceRef']) {
    const { apiGroup, kind } = record(value[field]);
    if (typeof kind === 'string' && kind !== '' && kind !== 'PersistentVolumeClaim' && !apiGroup)
      yield absent([field, 'apiGroup'], `The kind ${kind} belongs to an API group.`, 'apiGroup');
  }
};

export const STORAGE: Readonly<Record<string, ConsistencyCheck>> = {
  'v1.ServiceAccount': function* (value) {
    for (const { item, i } of items(value.secrets))
      if (!item.name) yield absent(['secrets', i, 'name'], 'A Secret of a ServiceAccount requires a name.', 'name');
  },
  'v1.TopologySelectorTerm': function* (value) {
    if (!filled(value.matchLabelExpressions))
      yield absent('matchLabelExpressions', 'A topology requires label expressions.', 'matchLabelExpressions');
    for (const { item, i } of items(value.matchLabelExpressions))
      if (!filled(item.values))
        yield absent(['matchLabelExpressions', i, 'values'], 'A topology expression requires values.', 'values');
  },
  'v1.ConfigMap': (value) => data(value, 'data', 'binaryData'),
  'v1.Secret': secret,
  'v1.PersistentVolumeClaimSpec': claim,
  'v1.Namespace': function* (value) {
    for (const [label, level] of Object.entries(record(record(value.metadata).labels))) {
      const mode = /^pod-security\.kubernetes\.io\/(enforce|audit|warn)$/.test(label);
      if (mode && !LEVELS.includes(String(level)))
        yield inconsistent(
          ['metadata', 'labels', label],
          level,
          'The value is not a Pod Security level.',
          LEVELS.join(', '),
          `Write one of ${LEVELS.join(', ')}.`,
        );
    }
  },
  'v1.PersistentVolumeSpec': function* (value) {
    yield* exactlyOne(value, PERSISTENT_SOURCES, 'A PersistentVolume');
    if (!filled(value.accessModes))
      yield absent('accessModes', 'A PersistentVolume requires an access mode.', 'accessModes');
    const { storage } = record(value.capacity);
    if (isZero(storage))
      yield inconsistent(
        ['capacity', 'storage'],
        storage,
        'The capacity of the volume is zero.',
        'more than 0',
        'Write the capacity, such as capacity: { storage: 1Gi }.',
      );
    if (given(record(value.capacity), ['storage']).length === 0)
      yield absent('capacity', 'A PersistentVolume requires a capacity.', 'capacity.storage');
  },
};
