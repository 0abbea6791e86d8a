import { ANNOTATIONS } from '../../k8s/keys';
import type { V1ConfigMap, V1Container, V1StatefulSet, V1VolumeMount } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import type { Capacity } from './capacity';
import { initialSqlText } from './initial-sql';
import type { DatabaseEngine } from './options';
import type { Callers } from './roles/callers';
import type { ResolvedDatabase } from './resolve';
import { resourceRequirements } from '../shared/resources';
import { INITIAL_SQL } from './engines/engine';
import { dataClaim } from '../shared/data-claim';
import { addHeadlessService } from '../shared/headless-service';
import { addObject } from '../shared/object';
import { addPasswordJob } from '../shared/password-job';
import { CONTAINER_SECURITY, podDefaults } from '../shared/pod';

/** Annotations with the engine, the database name and the roles, so that a later synthesis can detect a change. */
export const dataOf = (engine: DatabaseEngine, databaseName: string, callers: Callers) => ({
  [ANNOTATIONS.engine]: engine,
  [ANNOTATIONS.database]: databaseName,
  [ANNOTATIONS.roles]: () => (callers.haveRoles ? 'per-caller' : undefined),
});

interface ServerOptions {
  readonly name: string;
  readonly pods: Record<string, string>;
  readonly image: Image;
  readonly options: ResolvedDatabase;
  readonly callers: Callers;
  /** Called when all callers are declared. */
  readonly capacity: () => Capacity;
}

/** Adds one server behind a headless Service. Its claim outlives it, and its passwords are generated in the cluster. */
export function addServer(scope: Construct & { namespace: string | undefined }, given: ServerOptions): void {
  const { name, pods, options, callers } = given;
  const { engine, server, databaseName } = options;
  const initialSql = initialSqlText(options.initialSql);
  const metadata = { name, labels: pods };
  const scripts = {
    ...server.initScripts({ initialSql: initialSql !== undefined, superuser: options.superuser }),
    ...(initialSql !== undefined && { [SQL_KEY]: initialSql }),
  };
  addPasswordJob(scope, {
    part: name,
    secrets: () => ({ [name]: ['password', 'root-password'], ...callers.secrets }),
    image: options.passwordImage,
  });
  if (Object.keys(scripts).length > 0) {
    addObject<V1ConfigMap>(scope, 'config-map', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: scripts });
  }
  addHeadlessService(scope, 'service', metadata, [{ name: engine, port: server.port }]);
  const scratch = Object.entries({ ...server.scratch, '/tmp': { sizeLimit: '64Mi' } });
  const scratchName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  addObject<V1StatefulSet>(scope, 'stateful-set', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { ...metadata, annotations: dataOf(engine, databaseName, callers) },
    spec: () => ({
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: pods },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      template: {
        metadata: { labels: pods },
        spec: {
          serviceAccountName: name,
          ...podDefaults(options.user),
          // Enough time to write all data to the disk. If the server is killed earlier, its next start takes longer.
          terminationGracePeriodSeconds: 120,
          containers: [
            container(given, [
              { name: 'data', ...server.data },
              ...Object.keys(scripts).map((key) => scriptMount(key)),
              ...scratch.map(([path]) => ({ name: scratchName(path), mountPath: path })),
            ]),
          ],
          volumes: [
            ...(Object.keys(scripts).length > 0 ? [{ name: 'init', configMap: { name } }] : []),
            ...scratch.map(([path, emptyDir]) => ({ name: scratchName(path), emptyDir })),
          ],
        },
      },
      volumeClaimTemplates: [dataClaim(options)],
    }),
  });
}

function container({ name, image, options, capacity }: ServerOptions, volumeMounts: V1VolumeMount[]): V1Container {
  const { engine, server, databaseName } = options;
  const { settings, resources } = capacity();
  const query = { exec: { command: ['bash', '-c', server.query] }, timeoutSeconds: 5 };
  return {
    name: engine,
    image: image.reference,
    imagePullPolicy: 'IfNotPresent',
    ...(server.entrypoint !== undefined && { command: ['bash', '-c', server.entrypoint, 'entrypoint'] }),
    args: server.args(settings),
    env: server.env(databaseName, (key) => ({ secretKeyRef: { name, key } })),
    ports: [{ name: engine, containerPort: server.port, protocol: 'TCP' }],
    // One hour: the startup probe must not kill a server that recovers after a crash or reads a large restored volume.
    startupProbe: { ...query, periodSeconds: 2, failureThreshold: 1800 },
    readinessProbe: { ...query, periodSeconds: 5, failureThreshold: 2 },
    // Only a connection: a server that listens but rejects queries is recovering, and a restart would not help.
    livenessProbe: { tcpSocket: { port: engine }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    ...(server.stop !== undefined && { lifecycle: { preStop: { exec: { command: ['bash', '-c', server.stop] } } } }),
    resources: resourceRequirements(resources),
    securityContext: CONTAINER_SECURITY,
    volumeMounts,
  };
}

const SQL_KEY = 'initial.sql';

/** Mounts one script as a single file, because the folder of the image can contain other scripts. */
function scriptMount(key: string): V1VolumeMount {
  return {
    name: 'init',
    mountPath: key === SQL_KEY ? INITIAL_SQL : `/docker-entrypoint-initdb.d/${key}`,
    subPath: key,
    readOnly: true,
  };
}
