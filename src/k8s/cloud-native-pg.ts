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

/** The objects that the operator creates in the cluster. Manifests refer to them, but do not contain them. */
export interface Made {
  readonly services: readonly KubeObject[];
  /** The Secrets and their keys. The keys are undefined if they are not known. */
  readonly secrets: Readonly<Record<string, readonly string[] | undefined>>;
  readonly pods: readonly { readonly labels: Readonly<Record<string, string>>; readonly containers: V1Container[] }[];
}

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
  const spec = (object.spec ?? {}) as { imageName?: string; enableSuperuserAccess?: boolean };
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
  return {
    services: [
      service(primaryOf(name), { ...instances, 'cnpg.io/instanceRole': 'primary' }),
      service(`${name}-ro`, { ...instances, 'cnpg.io/instanceRole': 'replica' }),
      service(`${name}-r`, instances),
    ],
    secrets: {
      [clientSecret(name)]: KEYS,
      ...(spec.enableSuperuserAccess && { [`${name}-superuser`]: KEYS }),
      ...Object.fromEntries(['ca', 'server', 'replication'].map((of) => [`${name}-${of}`, undefined])),
    },
    pods: ['primary', 'replica'].map((role) => ({
      labels: { ...instances, 'cnpg.io/instanceRole': role },
      containers: [{ name: 'postgres', image: spec.imageName, ports }],
    })),
  };
}
