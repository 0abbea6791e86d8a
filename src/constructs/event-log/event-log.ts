import type { V1ConfigMap } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import { type Callable, Endpoint } from '../../links/endpoint';
import type { Policy } from '../../links/policy';
import { addAccount } from '../shared/account';
import { Declaration } from '../shared/declaration';
import { addDisruptionBudget } from '../shared/disruption-budget';
import { addHeadlessService } from '../shared/headless-service';
import { deployed } from '../shared/image-settings';
import { addObject, selectorLabels } from '../shared/object';
import { configured, unknownInPart, type Known } from '../shared/overrides';
import { addPasswordJob } from '../shared/password-job';
import { CALLER_USER, configurationOf, PASSWORDS, SERVER_PORTS } from './configuration';
import { EventLogObjects } from './objects';
import { EVENT_LOG_OPTIONS, type EventLogOptions } from './options';
import { podNames } from './pod-names';
import { eventLogProblems } from './problems';
import { EVENT_LOG_DEFAULTS, resolveEventLog, streamReplicas } from './resolve';
import { addServers, CONFIGURATION_FILE } from './servers';

/** The options, those that an environment variable can set, and the defaults that `explain` reports. */
const KNOWN: Known = {
  names: EVENT_LOG_OPTIONS,
  numbers: ['servers'],
  texts: ['storage', 'storageClass', 'resources.cpu', 'resources.memory', 'resources.memoryLimit'],
  images: ['image', 'passwordImage'],
  defaults: EVENT_LOG_DEFAULTS,
};

/**
 * NATS servers with JetStream that store events behind one name. Each has its data on a claim, and the passwords are
 * generated in the cluster. A caller knows every server, so that it connects to another one at once if one fails.
 */
export class EventLog extends Declaration implements Callable {
  readonly endpoint: Endpoint;

  constructor(scope: Construct, id: string, given: EventLogOptions = {}) {
    super(scope, id);
    const written = configured(this, id, given, KNOWN);
    const options = resolveEventLog(written);
    for (const finding of unknownInPart(this, id, given, KNOWN)) this.problem(...finding);
    for (const finding of eventLogProblems(this.name, options)) this.problem(...finding);

    const { name } = this;
    const { servers } = options;
    const { nats, cluster } = SERVER_PORTS;
    const isCluster = servers > 1;
    const labels = selectorLabels(name, this.namespace);
    this.endpoint = new Endpoint({
      kind: 'database',
      name,
      namespace: this.namespace,
      root: this.node.root,
      pods: labels,
      ports: [nats],
      isAbsent: servers === 0,
      address: {
        protocol: 'event-log',
        port: nats,
        serversAt: (host) => podNames(name, servers).map((pod) => `${pod}.${host}:${nats}`),
        user: CALLER_USER,
        password: { secret: name, key: PASSWORDS.callers },
        replicas: streamReplicas(servers),
      },
    });

    if (this.endpoint.options.isAbsent) return;
    const metadata = { name, labels };
    addAccount(this, this.endpoint, metadata);
    addPasswordJob(this, {
      part: name,
      secrets: () => ({ [name]: Object.values(PASSWORDS) }),
      image: options.passwordImage,
    });
    addObject<V1ConfigMap>(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { [CONFIGURATION_FILE]: configurationOf(name, options) },
    });
    // The servers of a new log must find each other before one of them is ready.
    addHeadlessService(
      this,
      'service',
      metadata,
      [{ name: 'nats', port: nats }, ...(isCluster ? [{ name: 'cluster', port: cluster }] : [])],
      { publishNotReadyAddresses: true },
    );
    addServers(this, { name, labels, image: deployed(this, options.image), options });
    if (!isCluster) return;
    addDisruptionBudget(this, metadata);
    const peers = [{ podSelector: { matchLabels: labels } }];
    const ports = [{ port: cluster, protocol: 'TCP' }];
    addObject<Policy>(this, 'cluster-policy', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${name}-cluster`, labels },
      spec: {
        podSelector: { matchLabels: labels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: peers, ports }],
        egress: [{ to: peers, ports }],
      },
    });
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): EventLogObjects {
    return new EventLogObjects(this);
  }
}
