import { App } from 'cdk8s';
import { Origin } from '../problems/origin';
import { formatProblem, type Place, type Problem } from '../problems/problem';
import type { OptionNames } from '../problems/unknown-options';
import type { Database } from '../constructs/database/database';
import type { DatabaseOptions } from '../constructs/database/options';
import type { EventLog } from '../constructs/event-log/event-log';
import type { EventLogOptions } from '../constructs/event-log/options';
import type { Gateway } from '../constructs/gateway/gateway';
import { gatewaySettings, type GatewaySettings } from '../constructs/gateway/gateway-settings';
import type { Cors, GatewayBase, GatewayHost, Listen, ParentGateway } from '../constructs/gateway/options';
import type { Microservice } from '../constructs/microservice/microservice';
import type { MicroserviceBase } from '../constructs/microservice/options';
import type { Autoscale } from '../constructs/microservice/scaling/autoscale';
import type { CronTask } from '../constructs/task/cron-task';
import type { CronTaskOptions, TaskOptions } from '../constructs/task/options';
import type { Task } from '../constructs/task/task';
import { imageSettings, imageSettingsProblems, type ImageSettings } from '../constructs/shared/image-settings';
import {
  prometheusProblems,
  prometheusSettings,
  type PrometheusSettings,
} from '../constructs/shared/prometheus-settings';
import { telemetryProblems, telemetrySettings, type TelemetrySettings } from '../constructs/shared/telemetry-settings';
import { Settings, SETTINGS, type Known, type Overrides } from '../constructs/shared/overrides';
import type { ScheduleStep } from '../constructs/microservice/scaling/schedule';

/** The options of a microservice that an environment can override. */
export interface MicroserviceOverrides extends Partial<
  Omit<MicroserviceBase, 'database' | 'http' | 'ports' | 'udpPorts'>
> {
  /** A fixed number of replicas, instead of the scaling of the chart. */
  readonly replicas?: number;
  /** Autoscaling, instead of the scaling of the chart. */
  readonly autoscale?: Autoscale;
  /** A schedule of replicas, instead of the scaling of the chart. */
  readonly schedule?: readonly ScheduleStep[];
  /** The time zone of the schedule. */
  readonly timeZone?: string;
}

/** The options of a task that an environment can override. */
export type TaskOverrides = Partial<Omit<TaskOptions, 'database' | 'before' | 'after'>>;

/** The options of a task with a schedule that an environment can override. */
export type CronTaskOverrides = Partial<Omit<CronTaskOptions, 'database'>>;

/** The options of a gateway that an environment can override: all except the routes. */
export interface GatewayOverrides extends Partial<Omit<GatewayBase, 'cors' | 'listen' | 'httpRoute'>> {
  /** The host name, instead of the hosts of the chart. */
  readonly host?: string;
  /** The host names, instead of the hosts of the chart. A host with its own routes must be among them. */
  readonly hosts?: readonly string[] | Readonly<Record<string, Omit<GatewayHost, 'routes'>>>;
  /** Cross-origin resource sharing. */
  readonly cors?: Partial<Cors>;
  /** A Gateway of its own, instead of the way in of the chart. */
  readonly listen?: Partial<Listen>;
  /** A Gateway that exists, instead of the way in of the chart. */
  readonly httpRoute?: Partial<ParentGateway>;
}

/**
 * The overrides of one environment: options by the name of a part. The parts are a type of the chart, so an unknown
 * name or option does not compile. `images`, `cluster`, `gateways`, `prometheus` and `telemetry` are not parts: they set
 * where the images come from, the cluster, how requests enter, and who gets metrics and traces.
 */
export type Environment<Parts> = {
  readonly [
    Name in Exclude<keyof Parts, 'images' | 'cluster' | 'gateways' | 'prometheus' | 'telemetry'>
  ]?: Parts[Name] extends Microservice
    ? MicroserviceOverrides
    : Parts[Name] extends Database
      ? DatabaseOptions
      : Parts[Name] extends EventLog
        ? EventLogOptions
        : Parts[Name] extends Gateway
          ? GatewayOverrides
          : Parts[Name] extends Task
            ? TaskOverrides
            : Parts[Name] extends CronTask
              ? CronTaskOverrides
              : never;
} & {
  /**
   * Where the images come from.
   * @default - the images are on the nodes
   */
  readonly images?: ImageSettings;
  /**
   * The cluster of the environment.
   * @default - any cluster
   */
  readonly cluster?: ClusterSettings;
  /**
   * How requests reach the gateways that set none of `listen`, `httpRoute`, `className` and `controller`.
   * @default - the Gateway `public` of the namespace `gateway`
   */
  readonly gateways?: GatewaySettings;
  /**
   * The Prometheus that scrapes the microservices with the option `metrics`.
   * @default - in the namespace `monitoring`, and it finds pods by their annotations
   */
  readonly prometheus?: PrometheusSettings;
  /**
   * The OpenTelemetry collector that gets the traces of microservices and tasks.
   * @default - none
   */
  readonly telemetry?: TelemetrySettings;
};

/** The cluster of an environment. */
export interface ClusterSettings {
  /**
   * The kubectl context. `callsign apply --env NAME` acts in no other context, unless `--context` names it.
   * @default - the current context
   */
  readonly context?: string;
  /**
   * The name of the release: the objects that `callsign apply` maintains together. Two applications in one cluster
   * have different names.
   * @default - the id of the first chart
   */
  readonly release?: string;
  /**
   * The namespace of the record of the release, a ConfigMap. It must exist before the first apply.
   * @default 'default'
   */
  readonly namespace?: string;
}

const CLUSTER_NAMES: OptionNames<ClusterSettings> = { context: true, release: true, namespace: true };
const CLUSTER_OPTIONS: Known = {
  names: CLUSTER_NAMES,
  numbers: [],
  texts: ['context', 'release', 'namespace'],
  defaults: { namespace: 'default' },
};

/** The value of an option, and its source. */
export interface Explained {
  readonly value: unknown;
  /** `the default`, `the chart`, `the environment prod` or `the variable CALLSIGN_…`. */
  readonly source: string;
}

/** An app with the settings of an environment. It knows the source of each option. */
export class ConfiguredApp extends App {
  /** Where the images come from. */
  readonly images: ImageSettings;
  /** The cluster of the environment. */
  readonly cluster: ClusterSettings;
  readonly #settings: Settings;
  readonly #origin: Origin | undefined;

  /** The origin is the call of `defineApp`. */
  constructor(settings: Settings, origin?: Origin) {
    super();
    this.#settings = settings;
    this.#origin = origin;
    this.node.setContext(SETTINGS, settings);
    this.images = imageSettings(this);
    this.cluster = settings.own('cluster', CLUSTER_OPTIONS);
    // Constructs read them later, and an app without such constructs may set them too.
    gatewaySettings(this);
    prometheusSettings(this);
    telemetrySettings(this);
    this.node.addValidation({ validate: () => this.problems().map(formatProblem) });
  }

  /** The line that defines the app. Objects of cdk8s do not record their own line, so their problems point to it. */
  get place(): Place | undefined {
    return this.#origin?.place;
  }

  /** Every value of an option in order, such as `comments.replicas`. The last one is used. */
  explain(option: string): readonly Explained[] {
    return this.#settings.explain(option);
  }

  /** The options that are set anywhere, by part and name. */
  get options(): readonly string[] {
    return this.#settings.options;
  }

  /** The name of the environment. Undefined for the charts without overrides. */
  get environment(): string | undefined {
    return this.#settings.environment;
  }

  /** Overrides that match nothing, or are wrong. */
  problems(): Problem[] {
    const images = [...imageSettingsProblems(this.images)].map(([code, what]) => ({
      code,
      ...what,
      field: `images.${what.field}`,
    }));
    const observers = [
      ...prometheusProblems(prometheusSettings(this)),
      ...telemetryProblems(telemetrySettings(this)),
    ].map(([code, what]) => ({ code, ...what }));
    return [...this.#settings.unused(), ...images, ...observers];
  }
}

/** Charts that are the same in every environment, and the environments. */
export interface AppDefinition {
  /** The names of the environments. */
  readonly environments: readonly string[];
  /**
   * The app of one environment; without a name, the charts without overrides. Options come from the default, the
   * chart, the environment, and variables such as `CALLSIGN_COMMENTS_REPLICAS`. Later ones win.
   */
  make(environment?: string, shell?: Readonly<Record<string, string | undefined>>): ConfiguredApp;
}

/** Defines an app by a function that builds its charts, and the overrides of each environment. */
export function defineApp<Parts>(
  build: (app: App) => void,
  environments: Readonly<Record<string, Environment<Parts>>> = {},
): AppDefinition {
  const origin = new Origin();
  return {
    environments: Object.keys(environments),
    make(environment, shell = {}) {
      if (environment !== undefined && !Object.hasOwn(environments, environment)) {
        throw new RangeError(
          `There is no environment ${JSON.stringify(environment)}. Expected: ${Object.keys(environments).join(', ') || 'none is defined'}.`,
        );
      }
      const app = new ConfiguredApp(
        new Settings(
          environment,
          environment === undefined ? {} : (environments[environment] as unknown as Overrides),
          shell,
        ),
        origin,
      );
      build(app);
      return app;
    },
  };
}
