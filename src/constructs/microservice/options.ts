import type { Image } from '../../images/image';
import type { OptionNames } from '../../problems/unknown-options';
import { PROGRAM_OPTIONS, type ProgramOptions } from '../program/options';
import { TOUCHED_FILE_OPTIONS, type Check } from '../shared/values';
import { LIFECYCLE_OPTIONS, type Lifecycle } from '../shared/lifecycle';
import { SERVICE_OPTIONS, type ServiceOptions } from './service-options';
import { AUTOSCALE_OPTIONS, type Autoscale } from './scaling/autoscale';
import { STEP_OPTIONS, type ScheduleStep } from './scaling/schedule';
import { METRICS_OPTIONS, type Metrics } from './metrics/options';
import { STRATEGY_OPTIONS, type Strategy } from './release/strategy';

/** The health checks of a microservice. The startup, readiness and liveness probes use them. */
export interface Health {
  /**
   * Succeeds if the process itself works; otherwise the container is restarted. It must not depend on a database or
   * another service, because a restart fixes neither. Without HTTP the default is `'tcp'`.
   * @default '/healthz/live'
   */
  readonly live?: Check;
  /**
   * Succeeds if the process can serve requests; otherwise it gets no requests. Without HTTP the default is `'tcp'`.
   * @default '/healthz/ready'
   */
  readonly ready?: Check;
  /**
   * How many seconds the program may take to start. Six services of the blog that started at once on two busy cores were
   * Ready after 19 to 27 s.
   * @default 60
   */
  readonly startup?: number;
  /**
   * The port of the health checks, if it is not the port of requests. The variable `HEALTH_PORT` contains it. Other pods
   * and the gateway cannot reach it. The program can also serve its metrics there.
   * @default - the option `port`; without HTTP, the first of the `ports`
   */
  readonly port?: number;
  /**
   * Seconds between two checks.
   * @default - 3 for `ready`, 10 for `live`
   */
  readonly interval?: number;
  /**
   * Seconds after which a check fails.
   * @default 2
   */
  readonly timeout?: number;
  /**
   * How many checks must fail in a row before Kubernetes acts.
   * @default - 2 for `ready`, 3 for `live`
   */
  readonly failures?: number;
}

/** How a pod shuts down without losing a request. */
export interface Shutdown {
  /**
   * Seconds that the pod keeps serving while its address is removed everywhere in the cluster. Without a pause, the
   * end-to-end test has failed requests. There is none with `lifecycle.preStop`, which runs instead.
   * @default 5
   */
  readonly pause?: number;
  /**
   * Seconds from the start of the pause until the process is killed.
   * @default 30
   */
  readonly grace?: number;
}

/**
 * How the number of replicas is set: to a fixed number, by the load, by a schedule, or by the load with a minimum from
 * a schedule.
 */
export type Scaling = FixedReplicas | AutoscaledReplicas | ScheduledReplicas;

/** A fixed number of replicas. */
export interface FixedReplicas {
  /**
   * The number of replicas.
   * @default 2
   */
  readonly replicas?: number;
  readonly autoscale?: never;
  readonly schedule?: never;
}

/** The number of replicas follows the load. */
export interface AutoscaledReplicas {
  /** The range and the target of the autoscaler. `apply` does not reset the number of replicas. */
  readonly autoscale: Autoscale;
  readonly replicas?: never;
  readonly schedule?: never;
}

/** The number of replicas follows a schedule. */
export interface ScheduledReplicas {
  /** The number of replicas from each time on. `apply` does not reset it. */
  readonly schedule: readonly ScheduleStep[];
  /**
   * The time zone of the schedule.
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;
  /**
   * The number of replicas also follows the load. The schedule then sets the minimum.
   * @default - the schedule sets the number
   */
  readonly autoscale?: Omit<Autoscale, 'min'>;
  readonly replicas?: never;
}

/** The options of a microservice. Only the image is required. */
export type MicroserviceOptions = MicroserviceBase & Scaling;

/** The options except those that set the number of replicas. */
export interface MicroserviceBase extends ProgramOptions {
  /**
   * The port that the program listens on. The variable `PORT` contains it. Callers use port 80 of the Service.
   * @default 8080
   */
  readonly port?: number;
  /**
   * Additional ports by name, such as `{ grpc: 9090 }`. The Service has each under the same number.
   * A policy opens it only to callers that name it: `calls(search.port('grpc'))`.
   * @default - none
   */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * Additional UDP ports by name, such as `{ syslog: 514 }`. The names differ from those of `ports`; the numbers may be
   * the same. Like `ports`, they are open only to callers that name them: `calls(logs.port('syslog'))`.
   * @default - none
   */
  readonly udpPorts?: Readonly<Record<string, number>>;
  /**
   * The port for the events of `notifies`, if it is not the port of requests. The variable `EVENTS_PORT` contains it. Only
   * the event buses can reach it, so other pods and the gateway cannot forge events. The bus uses port 80 of the Service
   * `<name>-events`.
   * @default - events arrive at the option `port`
   */
  readonly eventsPort?: number;
  /**
   * Whether the program serves HTTP. Without HTTP, callers get `<NAME>_HOST` and `<NAME>_PORT` for the first of its
   * `ports`, or of its `udpPorts`. Without HTTP and ports it is a worker: it has no Service and no default probes, and
   * cannot be called.
   * @default true
   */
  readonly http?: boolean;
  /**
   * The health checks.
   * @default - `/healthz/live` and `/healthz/ready`; without HTTP, a connection to its first TCP port, if it has one
   */
  readonly health?: Health;
  /**
   * The metric that says how much work waits in the program: events, jobs or messages. `callsign status` shows it. The
   * program serves it at `/metrics` of the port of `metrics` or of the health checks, in the text format of Prometheus.
   * @default - none
   */
  readonly backlog?: string;
  /**
   * Where the program serves its metrics. The Prometheus of the environment finds them, and the policy lets it reach only
   * their port: see the setting `prometheus` of environments.
   * @default - nobody scrapes it
   */
  readonly metrics?: Metrics;
  /**
   * How a release replaces the previous one. A microservice that mounts a `Volume` that is not shared uses
   * `'recreate'`.
   * @default 'rolling'
   */
  readonly strategy?: Strategy;
  /**
   * How a pod shuts down.
   * @default - a pause of 5 seconds, killed after 30 seconds
   */
  readonly shutdown?: Shutdown;
  /**
   * Commands or requests at the start and at the end of the program. Requests go to the port of the health checks.
   * `preStop` replaces `shutdown.pause`, because Kubernetes runs only one of them: it must wait some seconds itself if
   * the program serves requests.
   * @default - none
   */
  readonly lifecycle?: Lifecycle;
  /**
   * Whether `callsign dev` may change the source in running pods, for a development environment. The source is copied
   * to a writable folder, and the pod has no liveness probe.
   * @default false
   */
  readonly live?: boolean;
  /**
   * The image with Node.js that applies the schedule in the cluster.
   * @default Image.of('node:24-slim')
   */
  readonly scheduleImage?: Image;
  /**
   * Labels and annotations of the Service, whether it is headless, and how it distributes requests.
   * @default - a Service inside the cluster
   */
  readonly service?: ServiceOptions;
}

/** The names of the options. @internal */
export const MICROSERVICE_OPTIONS: OptionNames<MicroserviceOptions> = {
  ...PROGRAM_OPTIONS,
  replicas: true,
  autoscale: AUTOSCALE_OPTIONS,
  schedule: [STEP_OPTIONS],
  timeZone: true,
  port: true,
  ports: true,
  udpPorts: true,
  eventsPort: true,
  http: true,
  health: {
    live: TOUCHED_FILE_OPTIONS,
    ready: TOUCHED_FILE_OPTIONS,
    startup: true,
    port: true,
    interval: true,
    timeout: true,
    failures: true,
  },
  backlog: true,
  metrics: METRICS_OPTIONS,
  strategy: STRATEGY_OPTIONS,
  shutdown: { pause: true, grace: true },
  lifecycle: LIFECYCLE_OPTIONS,
  live: true,
  scheduleImage: 'opaque',
  service: SERVICE_OPTIONS,
};
