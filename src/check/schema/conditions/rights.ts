import { absent, exclusive, filled, items, record, wrong, type Condition } from '../condition';
import { dnsSubdomain } from '../formats';

const RBAC = 'rbac.authorization.k8s.io';

const rule = (cluster: boolean): Condition =>
  function* (value) {
    for (const { item, i } of items(value.rules)) {
      if (Array.isArray(item.verbs) && item.verbs.length === 0)
        yield absent(['rules', i, 'verbs'], 'A rule says what is allowed.', 'verbs');
      if (filled(item.nonResourceURLs)) {
        if (!cluster)
          yield wrong(
            ['rules', i, 'nonResourceURLs'],
            item.nonResourceURLs,
            'Addresses that are no resources belong to no namespace.',
            'a ClusterRole',
            'Move the rule to a ClusterRole.',
          );
        else if (filled(item.resources) || filled(item.apiGroups) || filled(item.resourceNames))
          yield exclusive(
            ['rules', i, 'nonResourceURLs'],
            'A rule is about resources or about addresses that are none, never both.',
            'resources or nonResourceURLs',
            'Make two rules of it.',
          );
      } else {
        if (!filled(item.apiGroups))
          yield absent(['rules', i, 'apiGroups'], 'A rule says of which API groups; "" is the core.', 'apiGroups');
        if (!filled(item.resources))
          yield absent(['rules', i, 'resources'], 'A rule says for which resources.', 'resources');
      }
    }
  };

const binding = (kinds: readonly string[]): Condition =>
  function* (value) {
    const { kind, apiGroup } = record(value.roleRef);
    if (typeof kind === 'string' && kind !== '' && !kinds.includes(kind))
      yield wrong(
        ['roleRef', 'kind'],
        kind,
        `A ${String(value.kind)} cannot give that.`,
        kinds.join(' or '),
        'Name a role.',
      );
    if (typeof apiGroup === 'string' && apiGroup !== RBAC && apiGroup !== '')
      yield wrong(['roleRef', 'apiGroup'], apiGroup, 'Roles are of another API group.', RBAC, 'Write it.');
    for (const { item, i } of items(value.subjects)) {
      const at = ['subjects', i];
      if (item.kind === 'ServiceAccount') {
        if (typeof item.name === 'string' && item.name !== '' && dnsSubdomain(item.name))
          yield wrong(
            [...at, 'name'],
            item.name,
            'No ServiceAccount is called like that.',
            dnsSubdomain(item.name)!,
            'Name the ServiceAccount.',
          );
        if (!item.namespace && value.kind === 'ClusterRoleBinding')
          yield absent([...at, 'namespace'], 'A ServiceAccount lives in a namespace.', 'namespace');
        if (item.apiGroup)
          yield wrong(
            [...at, 'apiGroup'],
            item.apiGroup,
            'ServiceAccounts are of the core API group.',
            'no apiGroup',
            'Take it out.',
          );
      } else if (item.kind === 'User' || item.kind === 'Group') {
        if (item.apiGroup !== undefined && item.apiGroup !== RBAC && item.apiGroup !== '')
          yield wrong(
            [...at, 'apiGroup'],
            item.apiGroup,
            'Users and groups are of another API group.',
            RBAC,
            'Write it.',
          );
      } else if (typeof item.kind === 'string') {
        yield wrong(
          [...at, 'kind'],
          item.kind,
          `A ${item.kind} cannot be given rights.`,
          'ServiceAccount, User or Group',
          'Write one of them.',
        );
      }
    }
  };

export const RIGHTS: Readonly<Record<string, Condition>> = {
  'rbac/v1.Role': rule(false),
  'rbac/v1.ClusterRole': rule(true),
  'rbac/v1.AggregationRule': function* (value) {
    if (!filled(value.clusterRoleSelectors))
      yield absent(
        'clusterRoleSelectors',
        'What is put together of other roles says of which.',
        'clusterRoleSelectors',
      );
  },
  'rbac/v1.RoleBinding': binding(['Role', 'ClusterRole']),
  'rbac/v1.ClusterRoleBinding': binding(['ClusterRole']),
};
