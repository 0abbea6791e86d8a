import { absent, exclusive, filled, given, items, oneOf, record, wrong, type Condition } from '../condition';
import { ip } from '../formats';

const webhook: Condition = function* (value) {
  if (!filled(value.admissionReviewVersions))
    yield absent('admissionReviewVersions', 'A webhook says which reviews it reads.', 'admissionReviewVersions');
  const clientConfig = record(value.clientConfig);
  for (const fault of oneOf(clientConfig, ['service', 'url'], 1, 'A webhook'))
    yield { ...fault, field: ['clientConfig', ...fault.field] };
  for (const { item, i } of items(value.rules))
    for (const field of ['apiGroups', 'apiVersions', 'operations', 'resources'])
      if (!filled(item[field])) yield absent(['rules', i, field], `A rule says of which ${field}.`, field);
};

const definition: Condition = function* (value) {
  const { group, names, versions } = record(value.spec);
  const { plural } = record(names);
  const { name } = record(value.metadata);
  if (typeof group === 'string' && typeof plural === 'string' && name !== `${plural}.${group}`)
    yield wrong(
      ['metadata', 'name'],
      name,
      'A definition is called by what it defines.',
      `${plural}.${group}`,
      `Call it ${plural}.${group}.`,
    );
  if (filled(versions) && items(versions).filter(({ item }) => item.storage === true).length !== 1)
    yield wrong(
      ['spec', 'versions'],
      versions,
      'Objects are kept in one of the versions.',
      'storage: true in one of them',
      'Write it in one.',
    );
};

export const CLUSTER: Readonly<Record<string, Condition>> = {
  'apiextensions/v1.CustomResourceDefinition': definition,
  'admissionregistration/v1.MutatingWebhook': webhook,
  'admissionregistration/v1.ValidatingWebhook': webhook,
  'discovery/v1.EndpointSlice': function* (value) {
    for (const { item, i } of items(value.endpoints)) {
      if (!filled(item.addresses))
        yield absent(['endpoints', i, 'addresses'], 'An endpoint has an address.', 'addresses');
      else if (value.addressType === 'IPv4' || value.addressType === 'IPv6')
        for (const [a, address] of (item.addresses as unknown[]).entries())
          if (
            typeof address === 'string' &&
            (ip(address) !== undefined || address.includes(':') !== (value.addressType === 'IPv6'))
          )
            yield wrong(
              ['endpoints', i, 'addresses', a],
              address,
              `It is no address of ${value.addressType}.`,
              value.addressType,
              'Write one.',
            );
    }
  },
  'networking/v1.IngressClassParametersReference': function* (value) {
    const [namespace] = given(value, ['namespace']);
    if (value.scope === 'Namespace' && !namespace)
      yield absent('namespace', 'Parameters of a namespace say of which.', 'namespace');
    if (value.scope !== 'Namespace' && namespace)
      yield exclusive(
        ['namespace'],
        'Parameters of the cluster are in no namespace.',
        'scope: Namespace',
        'Take it out, or write scope: Namespace.',
      );
  },
};
