import { LABELS } from '../../k8s/keys';
import type { KubernetesObject, V1ConfigMap, V1ResourceRequirements } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { CLUSTER_PORTS, CLUSTER_VERSION } from '../../k8s/cloud-native-pg';
import type { Image } from '../../images/image';
import { byteQuantity } from '../shared/plus';
import type { Policy } from '../../links/policy';
import type { Capacity } from './capacity';
import { initialSqlText } from './initial-sql';
import type { ResolvedDatabase } from './resolve';
import type { Callers } from './roles/callers';
import { resourceRequirements } from '../shared/resources';
import { dataOf } from './server';
import { addObject } from '../shared/object';

/** The fields of a CloudNativePG Cluster that the manifests set. */
interface Cluster extends KubernetesObject {
  spec?: {
    instances: number;
    imageName: string;
    smartShutdownTimeout: number;
    enableSuperuserAccess?: boolean;
    storage: { size: string; storageClass?: string };
    resources: V1ResourceRequirements;
    postgresql: {
      parameters: Record<string, string>;
      synchronous: {
        method: 'any';
        number: number;
        dataDurability: 'required' | 'preferred';
        failoverQuorum: boolean;
      };
    };
    bootstrap: {
      initdb: {
        database: string;
        owner: string;
        postInitApplicationSQLRefs?: { configMapRefs: { name: string; key: string }[] };
      };
    };
  };
}

interface ClusterOptions {
  readonly name: string;
  readonly pods: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly image: Image;
  readonly options: ResolvedDatabase;
  readonly callers: Callers;
  /** Called when all callers are declared. */
  readonly capacity: () => Capacity;
}

/** Adds several servers, managed by CloudNativePG: one primary that accepts writes, and standbys. */
export function addCluster(
  scope: Construct,
  { name, pods, labels, image, options, callers, capacity }: ClusterOptions,
): void {
  const { instances, storage, storageClass, databaseName } = options;
  const initialSql = initialSqlText(options.initialSql);
  const metadata = { name, labels };
  if (initialSql !== undefined) {
    addObject<V1ConfigMap>(scope, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      // The operator runs the SQL as superuser. The role makes the user of the database the owner of the created
      // tables.
      data: { 'initial.sql': `SET ROLE "${databaseName}";\n${initialSql}\n;\nRESET ROLE;\n` },
    });
  }
  addObject<Policy>(scope, 'cluster-policy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `${name}-cluster`, labels },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: pods } }, OPERATOR],
          ports: tcp(CLUSTER_PORTS.postgresql, CLUSTER_PORTS.status),
        },
      ],
      egress: [
        { to: [{ podSelector: { matchLabels: pods } }], ports: tcp(CLUSTER_PORTS.postgresql, CLUSTER_PORTS.status) },
        // The instance manager of each pod reports its state to the API server.
        { ports: tcp(443, 6443) },
      ],
    },
  });
  addObject<Cluster>(scope, 'cluster', {
    apiVersion: CLUSTER_VERSION,
    kind: 'Cluster',
    metadata: { ...metadata, annotations: dataOf('postgres', databaseName, callers) },
    spec: () => {
      const { resources, settings } = capacity();
      return {
        instances,
        imageName: image.reference,
        // Before it stops, a server refuses new connections and waits for the end of the existing ones. Pools keep theirs,
        // so the usual three minutes would only be an outage.
        smartShutdownTimeout: 1,
        // The Job that creates the roles of the callers logs in as superuser.
        ...(callers.haveRoles && { enableSuperuserAccess: true }),
        storage: { size: byteQuantity(storage), ...(storageClass && { storageClass }) },
        resources: resourceRequirements(resources),
        postgresql: {
          parameters: Object.fromEntries(Object.entries(settings).map(([setting, value]) => [setting, String(value)])),
          synchronous: synchronousReplication(instances),
        },
        bootstrap: {
          initdb: {
            database: databaseName,
            owner: databaseName,
            ...(initialSql !== undefined && {
              postInitApplicationSQLRefs: { configMapRefs: [{ name, key: 'initial.sql' }] },
            }),
          },
        },
      };
    },
  });
}

/**
 * A commit is answered when a majority of the servers has it on disk, so a failover loses no answered write. The operator
 * promotes a standby only if it certainly has all of them.
 */
function synchronousReplication(instances: number) {
  return {
    method: 'any',
    number: Math.floor(instances / 2),
    // With two servers, 'required' would stop all writes when the only standby is down.
    dataDurability: instances > 2 ? 'required' : 'preferred',
    failoverQuorum: true,
  } as const;
}

const OPERATOR = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } },
  podSelector: { matchLabels: { [LABELS.name]: 'cloudnative-pg' } },
};

function tcp(...ports: number[]) {
  return ports.map((port) => ({ port, protocol: 'TCP' }));
}
