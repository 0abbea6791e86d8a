import { heldVolumes } from '../program/held-volumes';
import { PROGRAM_DEFAULTS, PROGRAM_VALUES } from '../program/resolve';
import { NODE_IMAGE, TIME_ZONE, withDefaults, type Complete } from '../shared/defaults';
import { PROBE_TIMES } from '../shared/health-check';
import type { ResolvedResources } from '../shared/resources';
import type { Health, MicroserviceBase, MicroserviceOptions, Shutdown } from './options';
import type { Metrics, ResolvedMetrics } from './metrics/options';
import type { Check } from '../shared/values';
import type { Autoscale } from './scaling/autoscale';
import { resolveAutoscale, type ResolvedAutoscale } from './scaling/resolve-autoscale';
import type { Schedule, ScheduleStep } from './scaling/schedule';
import type { BlueGreen, Canary } from './release/strategy';

/** The defaults that `explain` reports. */
export const DEFAULTS = {
  replicas: 2,
  port: 8080,
  ...PROGRAM_DEFAULTS,
  shutdown: { pause: 5, grace: 30 },
  health: {
    live: '/healthz/live',
    ready: '/healthz/ready',
    startup: PROBE_TIMES.startup,
    timeout: PROBE_TIMES.timeout,
  },
} as const;
/** The health checks of a program that serves HTTP. */
const HEALTH = { ...PROBE_TIMES, ...DEFAULTS.health };
const METRICS_PATH = '/metrics';
const OPTIONS = {
  ...PROGRAM_VALUES,
  port: DEFAULTS.port,
  ports: {},
  udpPorts: {},
  http: true,
  lifecycle: {},
  live: false,
  scheduleImage: NODE_IMAGE,
  service: {},
} satisfies Partial<MicroserviceBase>;

/** The options of a microservice, all defaults included. The objects and most checks read only this. */
export interface ResolvedMicroservice extends Complete<
  Omit<MicroserviceBase, 'resources' | 'health' | 'metrics' | 'strategy' | 'shutdown'>,
  typeof OPTIONS
> {
  /** The kind of program: an HTTP server, a server of another protocol, or a worker that callers cannot reach. */
  readonly kind: 'microservice' | 'server' | 'worker';
  readonly scaling: ResolvedScaling;
  readonly resources: ResolvedResources;
  readonly health: ResolvedHealth;
  readonly metrics: ResolvedMetrics | undefined;
  readonly strategy: ResolvedStrategy;
  readonly shutdown: Required<Shutdown>;
}

/**
 * How the number of replicas is set: to a fixed number, by the load, or by a schedule, which can be combined with the
 * load.
 */
export type ResolvedScaling =
  | { readonly kind: 'fixed'; readonly replicas: number }
  | ({ readonly kind: 'load'; readonly min: number } & Load)
  | {
      readonly kind: 'schedule';
      readonly steps: readonly ScheduleStep[];
      readonly timeZone: string;
      readonly load: Load | undefined;
    };

/** How an autoscaler follows the load. */
export type Load = Omit<ResolvedAutoscale, 'min'>;

/** The checks of the probes, with their times. A check that is `undefined` has no probe. */
interface ResolvedHealth {
  readonly live: Check | undefined;
  readonly ready: Check | undefined;
  /** The port of the checks; undefined if it is a port of callers. */
  readonly port: number | undefined;
  readonly startup: number;
  readonly timeout: number;
  readonly interval: { readonly live: number; readonly ready: number };
  readonly failures: { readonly live: number; readonly ready: number };
}

export type ResolvedStrategy =
  | 'rolling'
  | 'recreate'
  | { readonly canary: ResolvedCanary; readonly blueGreen?: never }
  | { readonly blueGreen: ResolvedBlueGreen; readonly canary?: never };
export type ResolvedCanary = Required<Canary>;
export type ResolvedBlueGreen = Required<BlueGreen>;

/** The complete options. Wrong values stay as they are: the problems report them. */
export function resolveMicroservice(given: MicroserviceOptions): ResolvedMicroservice {
  const { replicas, autoscale, schedule, timeZone, ...others } = given as MicroserviceBase & WrittenScaling;
  const { resources, health, metrics, strategy, shutdown, ...rest } = others;
  const options = withDefaults(rest, OPTIONS);
  const [tcp, udp] = [options.ports, options.udpPorts].map((ports) => Object.keys(ports).length > 0);
  const kind = options.http ? 'microservice' : tcp || udp ? 'server' : 'worker';
  return {
    ...options,
    kind,
    scaling: resolveScaling({ replicas, autoscale, schedule, timeZone }, options.backlog),
    resources: withDefaults(resources, DEFAULTS.resources),
    health: resolveHealth(kind === 'server' && !tcp ? 'worker' : kind, health),
    metrics: metrics && resolveMetrics(metrics, health?.port ?? (options.http ? options.port : undefined)),
    strategy: resolveStrategy(strategy, heldVolumes(options).length > 0),
    shutdown: withDefaults(shutdown, {
      ...DEFAULTS.shutdown,
      ...(options.lifecycle.preStop !== undefined && { pause: 0 }),
    }),
  };
}

function resolveScaling(given: WrittenScaling, backlog: string | undefined): ResolvedScaling {
  const { replicas = DEFAULTS.replicas, autoscale, schedule, timeZone = TIME_ZONE } = given;
  const load = autoscale && resolveAutoscale(autoscale, backlog);
  if (schedule) return { kind: 'schedule', steps: schedule, timeZone, load };
  return load ? { kind: 'load', ...load } : { kind: 'fixed', replicas };
}

/** The options that set the number of replicas. Code without type checks can set several of them. */
export interface WrittenScaling {
  readonly replicas?: number;
  readonly autoscale?: Autoscale;
  readonly schedule?: readonly ScheduleStep[];
  readonly timeZone?: string;
}

/** The schedule that sets the number of replicas, or with autoscaling the minimum; undefined if there is none. */
export function scheduleOf(scaling: ResolvedScaling): Schedule | undefined {
  if (scaling.kind !== 'schedule') return undefined;
  const { steps, timeZone, load } = scaling;
  return { steps, timeZone, ...(load && { max: load.max }) };
}

function resolveHealth(kind: ResolvedMicroservice['kind'], given: Health = {}): ResolvedHealth {
  const { live, ready } =
    { microservice: HEALTH, server: { live: 'tcp', ready: 'tcp' }, worker: undefined }[kind] ?? {};
  const { interval, failures, ...rest } = given;
  const both = (value: number | undefined) => (value === undefined ? undefined : { live: value, ready: value });
  return {
    ...withDefaults(rest, { live, ready, port: undefined, startup: HEALTH.startup, timeout: HEALTH.timeout }),
    interval: both(interval) ?? HEALTH.interval,
    failures: both(failures) ?? HEALTH.failures,
  };
}

function resolveMetrics(given: Metrics, port: number | undefined): ResolvedMetrics {
  return withDefaults(given, { port, path: METRICS_PATH });
}

/**
 * Pods with a volume that is not shared must not overlap: the new pod would wait for the volume, and the old pod for
 * the new one.
 */
function resolveStrategy(given: MicroserviceBase['strategy'], holdsVolume: boolean): ResolvedStrategy {
  if (given === undefined || given === 'rolling') return holdsVolume ? 'recreate' : 'rolling';
  const { canary, blueGreen } = Object(given) as { canary?: Canary; blueGreen?: BlueGreen };
  if (canary) return { canary: withDefaults(canary, { by: 'replicas' }) };
  if (blueGreen) return { blueGreen: withDefaults(blueGreen, { live: 'blue' }) };
  return given as ResolvedStrategy;
}
