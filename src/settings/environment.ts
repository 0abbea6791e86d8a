import { App } from 'cdk8s';
import { formatProblem, type Problem } from '../problems/problem';
import type { Database } from '../constructs/database/database';
import type { DatabaseOptions } from '../constructs/database/options';
import type { Gateway } from '../constructs/gateway/gateway';
import type { Cors, GatewayBase, GatewayHost } from '../constructs/gateway/options';
import type { Microservice } from '../constructs/microservice/microservice';
import type { Autoscale, MicroserviceBase } from '../constructs/microservice/options';
import { imageSettings, imageSettingsProblems, type ImageSettings } from '../constructs/shared/image-settings';
import { Settings, SETTINGS, type Overrides } from '../constructs/shared/overrides';
import type { ScheduleStep } from '../constructs/microservice/scaling/schedule';

/** What an environment may change of a microservice: everything but what it is. */
export interface MicroserviceOverrides extends Partial<
  Omit<MicroserviceBase, 'image' | 'database' | 'http' | 'ports'>
> {
  /** The number of copies, in place of whatever decided on them. */
  readonly replicas?: number;
  /** Copies that follow the load, in place of whatever decided on them. */
  readonly autoscale?: Autoscale;
  /** Copies that follow the clock, in place of whatever decided on them. */
  readonly schedule?: readonly ScheduleStep[];
  /** The time zone of the schedule. */
  readonly timeZone?: string;
}

/** What an environment may change of a gateway: everything but where its paths lead. */
export interface GatewayOverrides extends Partial<Omit<GatewayBase, 'cors'>> {
  /** The host name it answers to, in place of those of the chart. */
  readonly host?: string;
  /** The host names it answers to, in place of those of the chart; a host with routes of its own has to be among them. */
  readonly hosts?: readonly string[] | Readonly<Record<string, Omit<GatewayHost, 'routes'>>>;
  /** Pages of other origins that may call. */
  readonly cors?: Partial<Cors>;
}

/**
 * What one environment changes in the charts: the options of a part, by its name. The parts are a type of the chart, so a name or
 * an option that is not there does not compile. `images` is the environment's own word, and no part's.
 */
export type Environment<Parts> = {
  readonly [Name in Exclude<keyof Parts, 'images'>]?: Parts[Name] extends Microservice
    ? MicroserviceOverrides
    : Parts[Name] extends Database
      ? DatabaseOptions
      : Parts[Name] extends Gateway
        ? GatewayOverrides
        : never;
} & {
  /**
   * Where the images come from.
   * @default - the nodes have them
   */
  readonly images?: ImageSettings;
};

/** Where the value of an option came from, the strongest last. */
export interface Explained {
  readonly value: unknown;
  /** `the default`, `the chart`, `the environment prod` or `the variable CALLSIGN_…`. */
  readonly source: string;
}

/** An app that knows how its options came about. */
export class ConfiguredApp extends App {
  /** Where its images come from. */
  readonly images: ImageSettings;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
    this.node.setContext(SETTINGS, settings);
    this.images = imageSettings(this);
    this.node.addValidation({ validate: () => this.problems().map(formatProblem) });
  }

  /** Every value that an option had on its way, the one that holds last: of `comments.replicas`, for instance. */
  explain(option: string): readonly Explained[] {
    return this.#settings.explain(option);
  }

  /** The options that were set anywhere, by part and name. */
  get options(): readonly string[] {
    return this.#settings.options;
  }

  /** What was to be changed and is not there, or cannot be. */
  problems(): Problem[] {
    const images = [...imageSettingsProblems(this.images)].map(([code, what]) => ({
      code,
      ...what,
      field: `images.${what.field}`,
    }));
    return [...this.#settings.unused(), ...images];
  }
}

/** Charts that are the same in every environment, and the environments. */
export interface AppDefinition {
  /** The names of the environments. */
  readonly environments: readonly string[];
  /**
   * The app of one environment, or as the charts have it. Options come from, weakest first: the default, the chart, the environment,
   * and variables of the shell such as `CALLSIGN_COMMENTS_REPLICAS`.
   */
  make(environment?: string, shell?: Readonly<Record<string, string | undefined>>): ConfiguredApp;
}

/** Defines an app by what builds its charts; each environment is a set of overrides. */
export function defineApp<Parts>(
  build: (app: App) => void,
  environments: Readonly<Record<string, Environment<Parts>>> = {},
): AppDefinition {
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
      );
      build(app);
      return app;
    },
  };
}
