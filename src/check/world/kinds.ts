import type {
  V1APIService,
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1CronJob,
  V1CustomResourceDefinition,
  V1Ingress,
  V1IngressClass,
  V1PersistentVolumeClaim,
  V1PodDisruptionBudget,
  V1Role,
  V1RoleBinding,
  V1Secret,
  V1ConfigMap,
  V1Service,
  V1ServiceAccount,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { KubeObject, Manifest } from '../../k8s/objects';
import type { Policy } from '../../links/policy';
import { isBuiltInKind } from '../schema/validate-object';

/** The kinds of the Gateway API that have backendRefs. */
export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;

/** The kinds that bind a role to subjects. */
export const BINDING_KINDS = ['RoleBinding', 'ClusterRoleBinding'] as const;
/** The kinds of roles. */
export const ROLE_KINDS = ['Role', 'ClusterRole'] as const;

/** The fields of a route of the Gateway API that rules read. */
interface Route {
  readonly spec?: {
    readonly parentRefs?:
      | readonly {
          readonly kind?: string;
          readonly name?: string;
          readonly namespace?: string;
          readonly sectionName?: string;
        }[]
      | null;
    readonly hostnames?: readonly string[] | null;
    readonly rules?: readonly { readonly filters?: readonly { readonly type?: string }[] | null }[] | null;
  } | null;
}

/** A reference of a route to its backend. */
export interface BackendRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly port?: number | null;
}

/** The fields of a Gateway of the Gateway API that rules read. */
interface GatewayObject {
  readonly spec?: {
    readonly gatewayClassName?: string;
    readonly listeners?: readonly {
      readonly name?: string;
      readonly protocol?: string;
      readonly tls?: { readonly certificateRefs?: readonly { readonly name?: string; readonly namespace?: string }[] };
    }[];
  };
}

/** The type of the objects of each kind that rules read. */
interface Kinds extends Record<(typeof ROUTE_KINDS)[number], Route> {
  readonly APIService: V1APIService;
  readonly ClusterRole: V1ClusterRole;
  readonly ClusterRoleBinding: V1ClusterRoleBinding;
  readonly ConfigMap: V1ConfigMap;
  readonly CronJob: V1CronJob;
  readonly CustomResourceDefinition: V1CustomResourceDefinition;
  readonly Gateway: GatewayObject;
  readonly HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  readonly Ingress: V1Ingress;
  readonly IngressClass: V1IngressClass;
  readonly NetworkPolicy: Policy;
  readonly PersistentVolumeClaim: V1PersistentVolumeClaim;
  readonly PodDisruptionBudget: V1PodDisruptionBudget;
  readonly Role: V1Role;
  readonly RoleBinding: V1RoleBinding;
  readonly Secret: V1Secret;
  readonly Service: V1Service;
  readonly ServiceAccount: V1ServiceAccount;
  readonly StatefulSet: V1StatefulSet;
}

/**
 * An object of a kind. Manifests are not validated, so a field can have any value and every field is optional.
 * A kind that no rule reads in detail is a plain object.
 */
export type ObjectOf<Kind extends string> = KubeObject &
  (Kind extends keyof Kinds ? Partial<Omit<Kinds[Kind], 'apiVersion' | 'kind' | 'metadata'>> : unknown);

/** A manifest of a kind. */
export type ManifestOf<Kind extends string> = Manifest & {
  readonly object: ObjectOf<Kind>;
  /** Whether only the name is known, because the object is in a template or has alternatives. Then it has no spec. */
  readonly unsure?: boolean;
};

const GATEWAY_API = 'gateway.networking.k8s.io';
const GATEWAY_KINDS: ReadonlySet<string> = new Set([...ROUTE_KINDS, 'Gateway', 'GatewayClass']);

/**
 * The kind as rules name it. A kind of another API group has the group in its name: a Service of Knative is a
 * `Service.serving.knative.dev`.
 */
export function kindName({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const isOurs = GATEWAY_KINDS.has(kind)
    ? group === GATEWAY_API
    : !group.includes('.') || group.endsWith('.k8s.io') || !isBuiltInKind(kind);
  return isOurs ? kind : `${kind}.${group}`;
}

/** Whether a manifest is of a kind. */
export function isOfKind<Kind extends keyof Kinds>(manifest: Manifest, kind: Kind): manifest is ManifestOf<Kind> {
  return kindName(manifest.object) === kind;
}
