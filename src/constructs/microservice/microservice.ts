import type { V1Service } from '@kubernetes/client-node';
import type { Construct } from 'constructs';
import type { Image } from '../../images/image';
import { nearest } from '../../basics/nearest';
import { show } from '../../basics/text';
import { type Callable, callerOf, Endpoint } from '../../links/endpoint';
import { DATABASE_PREFIX, EVENT_LOG_PREFIX } from '../../links/variables';
import type { EventLog } from '../event-log/event-log';
import type { ExistingEventLog } from '../event-log/existing-event-log';
import { MicroserviceObjects } from './objects';
import { MICROSERVICE_OPTIONS, type MicroserviceOptions } from './options';
import { addConfigFiles } from '../program/config-files';
import { containerExceptions } from '../program/container-exceptions';
import { furtherImages } from '../program/further-images';
import { Program } from '../program/program';
import { addTelemetry } from '../program/telemetry';
import { environmentOf, type Sourced } from '../program/variables';
import { addDeployment } from './deployment';
import { ownVariables } from './pod/own-variables';
import { deployedProblems } from '../shared/image-settings';
import { nameLength } from '../shared/value-problems';
import { microserviceProblems } from './problems';
import { addAccount } from '../shared/account';
import { addObject, selectorLabels } from '../shared/object';
import { entrances, EVENTS_SERVICE_PORT, eventsService, portsByName, servicePorts } from './ports';
import { podCount } from './release/pod-count';
import { addScraping } from './metrics/scraping';
import { addedNameProblems, releaseOf } from './release/release';
import { DEFAULTS, resolveMicroservice, scheduleOf, type ResolvedMicroservice } from './resolve';
import { externalPeers, serviceFields, serviceMetadata, type ServiceOptions } from './service-options';
import { addScaling } from './scaling/scaling';
import { Rights } from '../shared/rights';
import { configured, unknownInPart, type Known } from '../shared/overrides';
import { Track } from './release/track';
import type { Schedule } from './scaling/schedule';

/** The options, those that an environment variable can set, and the defaults that `explain` reports. */
const KNOWN: Known = {
  names: MICROSERVICE_OPTIONS,
  numbers: [
    'replicas',
    'port',
    'eventsPort',
    'user',
    'pool',
    'shutdown.pause',
    'shutdown.grace',
    'health.port',
    'health.startup',
    'health.interval',
    'health.timeout',
    'health.failures',
    'metrics.port',
  ],
  texts: ['resources.cpu', 'resources.memory', 'resources.memoryLimit', 'timeZone'],
  images: ['image', 'scheduleImage'],
  defaults: DEFAULTS,
};

/** The name of a CronJob has at most 52 characters, and here it ends with `-schedule-1000`. */
const LONGEST_SCHEDULED = 52 - '-schedule-1000'.length;

/** The name of a Service has at most 63 characters. */
const LONGEST_WITH_EVENTS = 63 - eventsService('').length;

/**
 * One program behind one name, with any number of replicas. Callers know only the name, not the port or the number of
 * replicas.
 */
export class Microservice extends Program implements Callable {
  readonly endpoint: Endpoint;
  /** The image of its pods. */
  readonly image: Image;
  /** The images of its init containers, sidecars and volumes. */
  readonly furtherImages: readonly Image[];
  /** Whether `callsign dev` may change its source in the running pods. */
  readonly live: boolean;
  /** The schedule of its replicas, if there is one. */
  readonly schedule: Schedule | undefined;
  readonly #subscribers: string[] = [];
  readonly #telemetry: readonly Sourced[];
  protected readonly rights: Rights;

  constructor(scope: Construct, id: string, given: MicroserviceOptions) {
    super(scope, id);
    const written = configured(this, id, given, KNOWN);
    const options = resolveMicroservice(written);
    this.image = options.image;
    this.furtherImages = furtherImages(options);
    this.live = options.live;
    this.schedule = scheduleOf(options.scaling);
    const release = releaseOf(this.name, this.namespace, options, written);
    const outside = externalPeers(options.service);
    this.endpoint = new Endpoint({
      kind: options.kind,
      name: this.name,
      namespace: this.namespace,
      root: this.node.root,
      pods: release.pods,
      backends: release.backends,
      podCount: podCount([options, ...(release.beside ? [release.beside.options] : [])]),
      pool: options.pool,
      nameservers: options.pod.dns?.nameservers,
      exceptions: containerExceptions(this.name, options),
      ...(outside && {
        exposed: {
          to: outside,
          ports: Object.values(portsByName(options)),
          udpPorts: Object.values(options.udpPorts),
        },
      }),
      ...entrances(this.name, options),
    });
    if (options.database) this.callsAs(DATABASE_PREFIX, options.database);
    this.#telemetry = addTelemetry(this, this.endpoint, options);
    this.mount(options);
    for (const finding of unknownInPart(this, id, given, KNOWN)) this.problem(...finding);
    for (const finding of microserviceProblems(this, written, options)) this.problem(...finding);
    for (const image of [this.image, ...this.furtherImages, release.beside?.image])
      for (const finding of deployedProblems(this, image)) this.problem(...finding);
    const nameFor = (field: string, what: string, longest: number) => {
      for (const finding of nameLength(this.name, longest, what, field)) this.problem(...finding);
    };
    if (this.schedule) nameFor('schedule', 'the names of the CronJobs of its schedule', LONGEST_SCHEDULED);
    if (options.eventsPort !== undefined)
      nameFor('eventsPort', 'the name of its Service for events', LONGEST_WITH_EVENTS);
    this.checkLater(() => this.checkEnvironment(this.#environment(options)));
    this.checkLater(() => this.#checkBackends());

    const pods = selectorLabels(this.name, this.namespace);
    const configMap = addConfigFiles(this, this.name, pods, options.files);
    this.rights = new Rights(this, this.endpoint, pods);
    addAccount(this, this.endpoint, { name: this.name, labels: pods }, options.serviceAccount);
    const env = () => this.#environment(options).map(({ variable }) => variable);
    const shared = {
      microservice: this.name,
      caller: this.endpoint,
      namespace: this.namespace,
      configMap,
      env,
      hasToken: () => this.rights.areSome,
    };
    addDeployment(this, { ...shared, pods, options });
    const { served, further, beside } = release;
    const ports = servicePorts(options);
    const addService = (
      serviceId: string,
      name: string,
      selector: Record<string, string>,
      of = ports,
      service: ServiceOptions = options.service,
    ) =>
      addObject<V1Service>(this, serviceId, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, ...serviceMetadata(service, pods) },
        spec: { ...serviceFields(service), selector, ports: of },
      });
    if (options.kind !== 'worker') {
      addService('service', this.name, served);
      if (further) addService('further-service', further.name, further.pods);
      for (const alias of new Set(options.service.aliases)) addService(`alias-${alias}`, alias, served);
    }
    if (options.eventsPort !== undefined)
      addService('events-service', eventsService(this.name), served, [EVENTS_SERVICE_PORT], {});
    addScraping(this, this.endpoint, pods, options);
    addScaling(this, pods, options);
    for (const finding of addedNameProblems(release)) this.problem(...finding);
    if (beside) new Track(this, beside, shared);
  }

  protected get from(): Endpoint {
    return this.endpoint;
  }

  /** Its objects, for patches of fields that no option sets. */
  get objects(): MicroserviceObjects {
    return new MicroserviceObjects(this);
  }

  /**
   * One of its `ports` or `udpPorts`, as the target of a call: `cart.calls(search.port('grpc'))` sets `SEARCH_GRPC_HOST` and
   * `SEARCH_GRPC_PORT`. Only callers that name such a port can reach it. Without HTTP, `calls(search)` reaches the
   * first one.
   */
  port(name: string): Callable {
    const { byPort = {} } = this.endpoint.options;
    if (Object.hasOwn(byPort, name)) return { endpoint: this.endpoint, entrance: byPort[name] };
    const known = Object.keys(byPort);
    const guess = nearest(name, known);
    this.problem('call-unknown', {
      message: `The microservice has no port ${show(name)} in ports.`,
      field: `port(${show(name)})`,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : 'the name of a port in ports',
      got: show(name),
      fix: guess
        ? `Did you mean ${guess}?`
        : `Add it: ports: { ${show(name)}: 9090 }. For HTTP, call the microservice.`,
    });
    return this;
  }

  /**
   * Declares calls to the subscribers of an event bus, and sets `SUBSCRIBERS` to their names. A subscriber with an
   * `eventsPort` receives the events there.
   */
  notifies(...subscribers: Microservice[]): this {
    for (const subscriber of subscribers as (Microservice | undefined)[]) {
      this.#subscribers.push(subscriber?.name ?? '');
      this.call(subscriber, undefined, subscriber?.endpoint?.options.events);
    }
    return this;
  }

  /**
   * Declares that an event bus keeps its events in this log. The program gets the variables `EVENT_LOG_SERVERS`, `_USER`,
   * `_PASSWORD` and `_REPLICAS`. If the log has no servers in this environment, nothing changes.
   */
  keepsLogIn(log: EventLog | ExistingEventLog): this {
    const target: unknown = log;
    if (isEventLog(target)) return this.callsAs(EVENT_LOG_PREFIX, target);
    this.problem('call-unknown', {
      message: 'This is not an event log.',
      field: 'keepsLogIn',
      expected: 'an EventLog, or an ExistingEventLog',
      got: show(callerOf(target)?.name ?? target),
      fix: "Pass the object that `new EventLog(this, 'log')` returns.",
    });
    return this;
  }

  #environment(options: ResolvedMicroservice) {
    return environmentOf(this.endpoint, options, [...ownVariables(options, this.#subscribers), ...this.#telemetry]);
  }

  #checkBackends(): void {
    const { options, calledBy } = this.endpoint;
    if (!options.backends || calledBy.some(({ from }) => from.options.kind === 'gateway')) return;
    this.problem('weight-not-carried', {
      message: 'No gateway routes to the microservice, so its requests are not split by weight.',
      field: 'strategy.canary.by',
      expected: 'a gateway with a route to it',
      got: "by: 'gateway'",
      fix: 'Remove `by`: the replicas then share the requests of every caller.',
    });
  }
}

/** Whether a caller gets the variables of an event log from it. */
function isEventLog(target: unknown): target is Callable {
  const endpoint = callerOf(target);
  return endpoint instanceof Endpoint && endpoint.options.address?.protocol === 'event-log';
}
