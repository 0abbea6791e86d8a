import type { V1ClusterRole, V1ClusterRoleBinding, V1PolicyRule, V1Role, V1RoleBinding } from '@kubernetes/client-node';
import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { isReason } from '../../basics/reason';
import { WAIVER_PREFIX } from '../../k8s/keys';
import { row, type ProblemRow } from '../../problems/problem';
import { show } from '../../basics/text';
import type { Caller } from '../../links/endpoint';
import { addClusterObject, addObject } from './object';

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*'] as const;
const READING: ReadonlySet<Verb> = new Set(['get', 'list', 'watch']);

/** What a program may do with a resource. `*` is every verb. */
export type Verb = (typeof VERBS)[number];

/** The limits of a right, and the reason for a wide one. */
export interface RightOptions {
  /**
   * The names of the objects.
   * @default - all objects of the resource
   */
  readonly names?: readonly string[];
  /**
   * Whether the right is for all namespaces, and for resources without a namespace. It requires a reason.
   * @default - false: only in the namespace of the part
   */
  readonly everywhere?: boolean;
  /**
   * Why the program needs the right. Required for `*`, for `everywhere`, and for reading all Secrets.
   * @default - none
   */
  readonly reason?: string;
}

/** One right: the verbs, the resource in the notation of kubectl, and its options. */
interface Right extends RightOptions {
  readonly verbs: readonly Verb[];
  readonly resource: string;
}

type Scope = Construct & { readonly name: string; readonly namespace: string | undefined };

/** The rights of the pods of a part in the cluster. Without any, the pods have no token and cannot reach the API server. */
export class Rights {
  readonly #rights: Right[] = [];

  constructor(
    private readonly scope: Scope,
    private readonly caller: Caller,
    private readonly labels: Record<string, string>,
  ) {}

  /** Whether the pods need a token. */
  get areSome(): boolean {
    return this.#rights.length > 0;
  }

  add(right: Right): void {
    this.#rights.push(right);
    this.caller.usesApiServer = true;
    const role = this.#role(right.everywhere ?? false);
    for (const code of wideness(right)) role.metadata.addAnnotation(`${WAIVER_PREFIX}${code}`, right.reason ?? '');
  }

  /** The role of all rights in the namespace, or of those everywhere. It is added with the first of them. */
  #role(everywhere: boolean): ApiObject {
    const { scope, labels } = this;
    const id = everywhere ? 'cluster-role' : 'role';
    const known = scope.node.tryFindChild(id);
    if (known) return known as ApiObject;
    const apiVersion = 'rbac.authorization.k8s.io/v1';
    // All namespaces share the names of ClusterRoles.
    const name = everywhere ? [scope.namespace, scope.name].filter(Boolean).join('-') : scope.name;
    const metadata = { name, labels };
    const rules = () => this.#rights.filter((one) => (one.everywhere ?? false) === everywhere).map(ruleOf);
    const bound = {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: everywhere ? 'ClusterRole' : 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: scope.name, ...(scope.namespace && { namespace: scope.namespace }) }],
    };
    if (!everywhere) {
      addObject<V1RoleBinding>(scope, 'role-binding', { apiVersion, kind: 'RoleBinding', ...bound });
      return addObject<V1Role>(scope, id, { apiVersion, kind: 'Role', metadata, rules });
    }
    addClusterObject<V1ClusterRoleBinding>(scope, 'cluster-role-binding', {
      apiVersion,
      kind: 'ClusterRoleBinding',
      ...bound,
    });
    return addClusterObject<V1ClusterRole>(scope, id, { apiVersion, kind: 'ClusterRole', metadata, rules });
  }
}

/** `deployments.apps` is the resource `deployments` of the group `apps`. */
function ruleOf({ verbs, resource, names }: Right): V1PolicyRule {
  const [, plural = resource, group = '', subresource = ''] = /^([^./]+)(?:\.([^/]+))?(\/.*)?$/.exec(resource) ?? [];
  return {
    apiGroups: [group],
    resources: [`${plural}${subresource}`],
    verbs: [...verbs],
    ...(names && { resourceNames: [...names] }),
  };
}

/** The rules of the hardened profile that report a right. */
function wideness({ verbs, resource, names }: Right): string[] {
  const readsSecrets = resource === 'secrets' && !names && verbs.some((verb) => READING.has(verb));
  return [
    ...(resource === '*' || resource.startsWith('*.') || verbs.includes('*') ? ['rights-wildcard'] : []),
    ...(readsSecrets ? ['rights-secrets'] : []),
  ];
}

/** The problems of a right. */
export function* rightProblems({ verbs, resource, ...options }: Right): Generator<ProblemRow> {
  const unknown = verbs.find((verb) => !VERBS.includes(verb));
  if (verbs.length === 0 || unknown !== undefined)
    yield row('construct-invalid', {
      message: verbs.length === 0 ? 'The right has no verb.' : 'The verb is unknown.',
      field: 'may',
      expected: `one or more of ${VERBS.join(', ')}`,
      got: show(unknown ?? []),
      fix: "Write, for instance, may(['get', 'list'], 'pods').",
    });
  if (!/^(\*|[a-z][a-z0-9]*)(\.[a-z0-9.-]+)?(\/[a-z]+)?$/.test(resource))
    yield row('construct-invalid', {
      message: 'This is not the name of a resource.',
      field: 'may',
      expected: 'the plural as in kubectl, such as pods, pods/log or deployments.apps',
      got: show(resource),
      fix: 'Copy the name from kubectl api-resources, with a dot and the group if it has one.',
    });
  const isWide = options.everywhere || wideness({ verbs, resource, ...options }).length > 0;
  if (isWide && !isReason(options.reason))
    yield row('construct-invalid', {
      message: 'A wide right needs a reason.',
      field: 'may',
      expected: 'reason: a sentence that later readers can judge',
      got: show(options.reason ?? null),
      fix: 'Name the verbs, the resource and the names that the program uses. If it needs all of them, write the reason.',
    });
}
