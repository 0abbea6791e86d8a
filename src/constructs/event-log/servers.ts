import type { V1Container, V1EnvVar, V1PodSpec, V1Probe, V1StatefulSet } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import { ANNOTATIONS, EVENT_LOG_ENGINE } from '../../k8s/keys';
import { parseQuantity } from '../../k8s/quantity';
import { configHash } from '../shared/config-hash';
import { dataClaim } from '../shared/data-claim';
import { USER } from '../shared/defaults';
import { addObject } from '../shared/object';
import { byteQuantity } from '../shared/plus';
import { CONTAINER_SECURITY, podDefaults } from '../shared/pod';
import { portList } from '../shared/port-list';
import { resourceRequirements } from '../shared/resources';
import { spreadOverNodes } from '../shared/spread';
import { configurationVariables, DATA_FOLDER, SERVER_PORTS } from './configuration';
import type { ResolvedEventLog } from './resolve';

/** The key of the configuration in its ConfigMap. */
export const CONFIGURATION_FILE = 'nats-server.conf';
const CONFIGURATION_FOLDER = '/etc/nats';

/** The part of the memory limit above which Go frees memory more often. */
const USED_MEMORY = 0.8;

interface ServersOptions {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly image: Image;
  readonly options: ResolvedEventLog;
}

/** Adds the servers. Each has a claim, which outlives it. All start at the same time: the first one waits for a majority. */
export function addServers(
  scope: Construct & { namespace: string | undefined },
  { name, labels, image, options }: ServersOptions,
): void {
  addObject<V1StatefulSet>(scope, 'stateful-set', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, labels, annotations: { [ANNOTATIONS.engine]: EVENT_LOG_ENGINE } },
    spec: () => {
      const spec: V1PodSpec = {
        serviceAccountName: name,
        ...podDefaults(USER),
        // More than `lame_duck_duration`: a server that is killed earlier needs longer for its next start.
        terminationGracePeriodSeconds: 60,
        topologySpreadConstraints: spreadOverNodes(labels),
        containers: [container(name, image, options)],
        volumes: [{ name: 'configuration', configMap: { name } }],
      };
      const hash = configHash(scope, scope.namespace, spec);
      return {
        serviceName: name,
        replicas: options.servers,
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: labels },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        template: { metadata: { labels, ...(hash && { annotations: { [ANNOTATIONS.configHash]: hash } }) }, spec },
        volumeClaimTemplates: [dataClaim(options)],
      };
    },
  });
}

function container(name: string, image: Image, options: ResolvedEventLog): V1Container {
  const { cluster, ...ports } = SERVER_PORTS;
  const isCluster = options.servers > 1;
  return {
    name: 'nats',
    image: image.reference,
    imagePullPolicy: 'IfNotPresent',
    args: ['--config', `${CONFIGURATION_FOLDER}/${CONFIGURATION_FILE}`],
    env: [...memoryVariable(options), ...configurationVariables(name, options)],
    ports: portList({ ...ports, ...(isCluster && { cluster }) }),
    // One hour, for a server that reads a large log or gets the events that it missed. A rollout waits for it, so the
    // next server stops only when this one has all events.
    startupProbe: { ...healthz(''), periodSeconds: 2, failureThreshold: 1800 },
    // A server that accepts connections is ready: it also answers for streams of other servers.
    readinessProbe: { ...healthz('?js-server-only=true'), periodSeconds: 5, failureThreshold: 2 },
    // JetStream turns itself off if it cannot write. Only a restart turns it on again.
    livenessProbe: { ...healthz('?js-enabled-only=true'), periodSeconds: 10, failureThreshold: 6 },
    // The image contains no shell, but the server can send itself the signal.
    ...(isCluster && { lifecycle: { preStop: { exec: { command: ['nats-server', '--signal', 'ldm=1'] } } } }),
    resources: resourceRequirements(options.resources),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [
      { name: 'data', mountPath: DATA_FOLDER },
      { name: 'configuration', mountPath: CONFIGURATION_FOLDER, readOnly: true },
    ],
  };
}

function healthz(query: string): V1Probe {
  // The number, and not the name: the check then compares it with the ports of the container.
  return { httpGet: { path: `/healthz${query}`, port: SERVER_PORTS.monitor }, timeoutSeconds: 5 };
}

function memoryVariable({ resources }: ResolvedEventLog): V1EnvVar[] {
  const limit = parseQuantity(byteQuantity(resources.memoryLimit));
  return limit === undefined ? [] : [{ name: 'GOMEMLIMIT', value: String(Math.floor(limit * USED_MEMORY)) }];
}
