import type { V1PolicyRule, V1Role, V1RoleBinding } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { addObject } from './object';

interface RoleOptions {
  /** The first part of the ids of the objects. */
  readonly id: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  /** The ServiceAccount that gets the role. */
  readonly account: string;
  /** Called when the whole app is declared. */
  readonly rules: () => V1PolicyRule[];
}

/** Adds a role in the namespace of the chart, and gives it to a ServiceAccount. */
export function addRole(
  scope: Construct & { readonly namespace: string | undefined },
  { id, name, labels, account, rules }: RoleOptions,
): void {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name, labels };
  addObject<V1Role>(scope, `${id}-role`, { apiVersion, kind: 'Role', metadata, rules });
  addObject<V1RoleBinding>(scope, `${id}-role-binding`, {
    apiVersion,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name: account, ...(scope.namespace && { namespace: scope.namespace }) }],
  });
}
