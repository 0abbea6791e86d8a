import type { V1Container } from '@kubernetes/client-node';
import type { KubeObject } from './objects';

/** The API version of the operator's kinds. */
export const CLUSTER_VERSION = 'postgresql.cnpg.io/v1';
/** The ports of each server. */
export const CLUSTER_PORTS = { postgresql: 5432, metrics: 9187, status: 8000 };
/** The labels of the pods of a Cluster. */
export const clusterPods = (name: string): Record<string, string> => ({ 'cnpg.io/cluster': name });
/** The Service of the primary. */
export const primaryOf = (name: string): string => `${name}-rw`;
/** The Secret with the credentials for clients. */
export const clientSecret = (name: string): string => `${name}-app`;
/** The Secret of the superuser, if the Cluster allows it to log in. */
export const superuserSecret = (name: string): string => `${name}-superuser`;

/** The objects that the operator creates in the cluster. Manifests refer to them, but do not contain them. */
export interface Made {
  readonly services: readonly KubeObject[];
  /** The Secrets and their keys. The keys are undefined if they are not known. */
  readonly secrets: Readonly<Record<string, readonly string[] | undefined>>;
  readonly pods: readonly { readonly labels: Readonly<Record<string, string>>; readonly containers: V1Container[] }[];
}

/** The fields of a Cluster that decide what the operator creates. A manifest may contain anything. */
interface ClusterSpec {
  readonly imageName?: string;
  readonly enableSuperuserAccess?: boolean;
  readonly managed?: {
    readonly services?: {
      readonly disabledDefaultServices?: readonly string[];
      readonly additional?: readonly ({
        readonly selectorType?: string;
        readonly serviceTemplate?: { readonly metadata?: { readonly name?: string } };
      } | null)[];
    };
  };
}

/** The Services of a Cluster, and the label of the pods behind each. */
const ROLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rw: { 'cnpg.io/instanceRole': 'primary' },
  ro: { 'cnpg.io/instanceRole': 'replica' },
  r: {},
};

const KEYS = [
  'username',
  'user',
  'password',
  'dbname',
  'host',
  'port',
  'uri',
  'jdbc-uri',
  'fqdn-uri',
  'fqdn-jdbc-uri',
  'pgpass',
];

/** The objects of a CloudNativePG Cluster: a primary, its replicas, three Services and Secrets. Undefined for other objects. */
export function madeByCloudNativePg(object: KubeObject): Made | undefined {
  if (object.kind !== 'Cluster' || !object.apiVersion.startsWith('postgresql.cnpg.io/')) return undefined;
  const { name, namespace } = object.metadata;
  const spec = (object.spec ?? {}) as ClusterSpec;
  const instances = { ...clusterPods(name), 'cnpg.io/podRole': 'instance' };
  const service = (called: string, selector: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: called, namespace },
    spec: {
      selector,
      ports: [
        { name: 'postgres', port: CLUSTER_PORTS.postgresql, protocol: 'TCP', targetPort: CLUSTER_PORTS.postgresql },
      ],
    },
  });
  const ports = Object.entries(CLUSTER_PORTS).map(([port, containerPort]) => ({ name: port, containerPort }));
  const { disabledDefaultServices, additional } = spec.managed?.services ?? {};
  return {
    services: [
      ...Object.entries(ROLES)
        .filter(([type]) => !Array.isArray(disabledDefaultServices) || !disabledDefaultServices.includes(type))
        .map(([type, role]) => service(`${name}-${type}`, { ...instances, ...role })),
      ...(Array.isArray(additional) ? additional : []).flatMap((one) => {
        const called = one?.serviceTemplate?.metadata?.name;
        return called ? [service(called, { ...instances, ...ROLES[one.selectorType ?? ''] })] : [];
      }),
    ],
    secrets: {
      [clientSecret(name)]: KEYS,
      ...(spec.enableSuperuserAccess && { [superuserSecret(name)]: KEYS }),
      ...Object.fromEntries(['ca', 'server', 'replication'].map((of) => [`${name}-${of}`, undefined])),
    },
    pods: ['primary', 'replica'].map((role) => ({
      // The label without a domain is an older name of the role.
      labels: { ...instances, 'cnpg.io/instanceRole': role, role },
      containers: [{ name: 'postgres', image: spec.imageName, ports }],
    })),
  };
}
