import {
  absent,
  exclusive,
  filled,
  given,
  items,
  exactlyOne,
  record,
  inconsistent,
  type ConsistencyCheck,
} from './consistency-check';
import { ip } from '../formats/formats';

const webhook: ConsistencyCheck = function* (value) {
  if (!filled(value.admissionReviewVersions))
    yield absent(
      'admissionReviewVersions',
      'A webhook requires the versions of reviews that it accepts.',
      'admissionReviewVersions',
    );
  const clientConfig = record(value.clientConfig);
  for (const error of exactlyOne(clientConfig, ['service', 'url'], 'A webhook'))
    yield { ...error, field: ['clientConfig', ...error.field] };
  for (const { item, i } of items(value.rules))
    for (const field of ['apiGroups', 'apiVersions', 'operations', 'resources'])
      if (!filled(item[field])) yield absent(['rules', i, field], `A rule requires ${field}.`, field);
};

const definition: ConsistencyCheck = function* (value) {
  const { group, names, versions } = record(value.spec);
  const { plural } = record(names);
  const { name } = record(value.metadata);
  if (typeof group === 'string' && typeof plural === 'string' && name !== `${plural}.${group}`)
    yield inconsistent(
      ['metadata', 'name'],
      name,
      'The name of a CustomResourceDefinition is its plural name and its group.',
      `${plural}.${group}`,
      `Rename it to ${plural}.${group}.`,
    );
  if (filled(versions) && items(versions).filter(({ item }) => item.storage === true).length !== 1)
    yield inconsistent(
      ['spec', 'versions'],
      versions,
      'Exactly one version is the storage version.',
      'storage: true in one version',
      'Set storage: true in one version.',
    );
};

export const CLUSTER: Readonly<Record<string, ConsistencyCheck>> = {
  'apiextensions/v1.CustomResourceDefinition': definition,
  'admissionregistration/v1.MutatingWebhook': webhook,
  'admissionregistration/v1.ValidatingWebhook': webhook,
  'discovery/v1.EndpointSlice': function* (value) {
    for (const { item, i } of items(value.endpoints)) {
      if (!filled(item.addresses))
        yield absent(['endpoints', i, 'addresses'], 'An endpoint requires an address.', 'addresses');
      else if (value.addressType === 'IPv4' || value.addressType === 'IPv6')
        for (const [a, address] of (item.addresses as unknown[]).entries())
          if (
            typeof address === 'string' &&
            (ip(address) !== undefined || address.includes(':') !== (value.addressType === 'IPv6'))
          )
            yield inconsistent(
              ['endpoints', i, 'addresses', a],
              address,
              `The value is not an ${value.addressType} address.`,
              value.addressType,
              `Write an ${value.addressType} address.`,
            );
    }
  },
  'networking/v1.IngressClassParametersReference': function* (value) {
    const [namespace] = given(value, ['namespace']);
    if (value.scope === 'Namespace' && !namespace)
      yield absent('namespace', 'Namespaced parameters require a namespace.', 'namespace');
    if (value.scope !== 'Namespace' && namespace)
      yield exclusive(
        ['namespace'],
        'Cluster-scoped parameters have no namespace.',
        'scope: Namespace',
        'Remove the namespace, or write scope: Namespace.',
      );
  },
};
