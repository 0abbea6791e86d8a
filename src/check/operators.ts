import type { V1Container } from '@kubernetes/client-node';
import type { KubeObject } from '../k8s/manifest';

/** What an operator makes in the cluster of an object that it looks after: others name it, and it stands in no manifest. */
export interface Made {
  readonly services: readonly KubeObject[];
  readonly secrets: Readonly<Record<string, readonly string[]>>;
  readonly pods: readonly { readonly labels: Readonly<Record<string, string>>; readonly containers: V1Container[] }[];
}

/** What comes of an object; undefined where we know of no operator. */
export function madeByOperator({ apiVersion, kind, metadata, spec }: KubeObject): Made | undefined {
  if (kind !== 'Cluster' || !apiVersion.startsWith('postgresql.cnpg.io/')) return undefined;
  return cloudNativePg(metadata, spec ?? {});
}

const KEYS = ['username', 'user', 'password', 'dbname', 'host', 'port', 'uri', 'jdbc-uri', 'fqdn-uri', 'fqdn-jdbc-uri', 'pgpass'];

/** CloudNativePG: a primary and its replicas, three Services, and Secrets with all that a client needs. */
function cloudNativePg({ name, namespace }: KubeObject['metadata'], spec: { imageName?: string; enableSuperuserAccess?: boolean }): Made {
  const cluster = { 'cnpg.io/cluster': name, 'cnpg.io/podRole': 'instance' };
  const service = (ending: string, selector: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-${ending}`, namespace },
    spec: { selector, ports: [{ name: 'postgres', port: 5432, protocol: 'TCP', targetPort: 5432 }] },
  });
  const ports = Object.entries({ postgresql: 5432, metrics: 9187, status: 8000 });
  return {
    services: [
      service('rw', { ...cluster, 'cnpg.io/instanceRole': 'primary' }),
      service('ro', { ...cluster, 'cnpg.io/instanceRole': 'replica' }),
      service('r', cluster),
    ],
    secrets: { [`${name}-app`]: KEYS, ...(spec.enableSuperuserAccess && { [`${name}-superuser`]: KEYS }) },
    pods: ['primary', 'replica'].map((role) => ({
      labels: { ...cluster, 'cnpg.io/instanceRole': role },
      containers: [
        { name: 'postgres', image: spec.imageName, ports: ports.map(([port, containerPort]) => ({ name: port, containerPort })) },
      ],
    })),
  };
}
