import { absent, exclusive, filled, items, record, inconsistent, type ConsistencyCheck } from './consistency-check';
import { dnsSubdomain } from '../formats/formats';

const RBAC = 'rbac.authorization.k8s.io';

const rule = (cluster: boolean): ConsistencyCheck =>
  function* (value) {
    for (const { item, i } of items(value.rules)) {
      if (Array.isArray(item.verbs) && item.verbs.length === 0)
        yield absent(['rules', i, 'verbs'], 'A rule requires verbs.', 'verbs');
      if (filled(item.nonResourceURLs)) {
        if (!cluster)
          yield inconsistent(
            ['rules', i, 'nonResourceURLs'],
            item.nonResourceURLs,
            'Non-resource URLs are cluster-scoped.',
            'a ClusterRole',
            'Move the rule to a ClusterRole.',
          );
        else if (filled(item.resources) || filled(item.apiGroups) || filled(item.resourceNames))
          yield exclusive(
            ['rules', i, 'nonResourceURLs'],
            'A rule has either resources or non-resource URLs.',
            'resources or nonResourceURLs',
            'Split it into two rules.',
          );
      } else {
        if (!filled(item.apiGroups))
          yield absent(['rules', i, 'apiGroups'], 'A rule requires API groups. The core group is "".', 'apiGroups');
        if (!filled(item.resources)) yield absent(['rules', i, 'resources'], 'A rule requires resources.', 'resources');
      }
    }
  };

const binding = (kinds: readonly string[]): ConsistencyCheck =>
  function* (value) {
    const { kind, apiGroup } = record(value.roleRef);
    if (typeof kind === 'string' && kind !== '' && !kinds.includes(kind))
      yield inconsistent(
        ['roleRef', 'kind'],
        kind,
        `A ${String(value.kind)} cannot grant a ${kind}.`,
        kinds.join(' or '),
        `Write ${kinds.join(' or ')}.`,
      );
    if (typeof apiGroup === 'string' && apiGroup !== RBAC && apiGroup !== '')
      yield inconsistent(
        ['roleRef', 'apiGroup'],
        apiGroup,
        'Roles belong to another API group.',
        RBAC,
        `Write ${RBAC}.`,
      );
    for (const { item, i } of items(value.subjects)) {
      const at = ['subjects', i];
      if (item.kind === 'ServiceAccount') {
        if (typeof item.name === 'string' && item.name !== '' && dnsSubdomain(item.name))
          yield inconsistent(
            [...at, 'name'],
            item.name,
            'The value is not a valid name for a ServiceAccount.',
            dnsSubdomain(item.name)!,
            'Write the name of a ServiceAccount.',
          );
        if (!item.namespace && value.kind === 'ClusterRoleBinding')
          yield absent(
            [...at, 'namespace'],
            'The subject of a ClusterRoleBinding requires the namespace of the ServiceAccount.',
            'namespace',
          );
        if (item.apiGroup)
          yield inconsistent(
            [...at, 'apiGroup'],
            item.apiGroup,
            'ServiceAccounts belong to the core API group.',
            'no apiGroup',
            'Remove apiGroup.',
          );
      } else if (item.kind === 'User' || item.kind === 'Group') {
        if (item.apiGroup !== undefined && item.apiGroup !== RBAC && item.apiGroup !== '')
          yield inconsistent(
            [...at, 'apiGroup'],
            item.apiGroup,
            'Users and groups belong to another API group.',
            RBAC,
            `Write ${RBAC}.`,
          );
      } else if (typeof item.kind === 'string') {
        yield inconsistent(
          [...at, 'kind'],
          item.kind,
          `A ${item.kind} cannot be the subject of a binding.`,
          'ServiceAccount, User or Group',
          'Write kind: ServiceAccount, User or Group.',
        );
      }
    }
  };

export const PERMISSIONS: Readonly<Record<string, ConsistencyCheck>> = {
  'rbac/v1.Role': rule(false),
  'rbac/v1.ClusterRole': rule(true),
  'rbac/v1.AggregationRule': function* (value) {
    if (!filled(value.clusterRoleSelectors))
      yield absent('clusterRoleSelectors', 'An aggregated ClusterRole requires selectors.', 'clusterRoleSelectors');
  },
  'rbac/v1.RoleBinding': binding(['Role', 'ClusterRole']),
  'rbac/v1.ClusterRoleBinding': binding(['ClusterRole']),
};
