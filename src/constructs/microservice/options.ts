import type { Image } from '../../images/image';
import type { VolumeSource } from '../shared/plus';
import type { Database } from '../database/database';
import type { Resources } from '../shared/resources';
import type { ScheduleStep } from './scaling/schedule';
import type { Strategy } from './release/strategy';
import type { Volume } from '../volume/volume';

/**
 * A value of an environment variable; a secret's value never stands in a manifest, only its name and key do. In a text `$(NAME)`
 * stands for a variable that a call gives: `postgres://$(DATABASE_USER):$(DATABASE_PASSWORD)@$(DATABASE_HOST)/$(DATABASE_NAME)`.
 */
export type EnvValue = string | number | boolean | SecretKey;

/** The content of a file: its text, a file of the project (by its path from the working directory), or a secret. */
export type FileContent = string | { readonly file: string } | SecretKey;

/** One key of a Secret in the same namespace. */
export interface SecretKey {
  /** The name of the Secret. */
  readonly secret: string;
  /** The key in it. */
  readonly key: string;
  /**
   * Whether it is made outside the charts, by `kubectl create secret` for instance: then nobody misses it among the manifests.
   * @default false
   */
  readonly existing?: boolean;
}

/** Copies that follow the load. */
export interface Autoscale {
  /**
   * The fewest copies.
   * @default 2
   */
  readonly min?: number;
  /** The most copies. */
  readonly max: number;
  /**
   * The share of the requested cpu, in percent, that copies are added or taken away to keep.
   * @default 70
   */
  readonly cpu?: number;
  /**
   * For how many seconds the load must have needed fewer copies before any is taken away.
   * @default - 300, the default of Kubernetes
   */
  readonly calm?: number;
}

/** How a program is asked: by a path over HTTP, by `'tcp'` (it takes connections), or by a command that ends with 0. */
export type Check = string | readonly string[];

/** Where a microservice tells how it is. */
export interface Health {
  /**
   * Answers while the process itself is sound. It must not ask a database or another service: a restart fixes neither.
   * @default '/healthz/live'
   */
  readonly live?: Check;
  /**
   * Answers while the process can do its work; else no requests are sent to it.
   * @default '/healthz/ready'
   */
  readonly ready?: Check;
  /**
   * Seconds that a start may take.
   * @default 60
   */
  readonly startup?: number;
  /**
   * Seconds from one question to the next.
   * @default - 3 for `ready`, 10 for `live`
   */
  readonly interval?: number;
  /**
   * Seconds that an answer may take.
   * @default 2
   */
  readonly timeout?: number;
  /**
   * How many answers in a row may be missing or wrong, the last of which counts.
   * @default - 2 for `ready`, 3 for `live`
   */
  readonly failures?: number;
}

/** How a copy ends without losing a request. */
export interface Shutdown {
  /**
   * Seconds that it goes on serving after the cluster began to take its address away everywhere.
   * @default 5
   */
  readonly pause?: number;
  /**
   * Seconds from the start of the pause until the process is killed.
   * @default 30
   */
  readonly grace?: number;
}

/** What decides on the copies: a number, the load, the clock, or the load above a floor that follows the clock. */
export type Scaling = FixedReplicas | AutoscaledReplicas | ScheduledReplicas;

/** A number of copies. */
export interface FixedReplicas {
  /**
   * The number of copies.
   * @default 2
   */
  readonly replicas?: number;
  readonly autoscale?: never;
  readonly schedule?: never;
}

/** Copies that follow the load. */
export interface AutoscaledReplicas {
  /** Between which numbers, and by what measure. No apply sets the number back. */
  readonly autoscale: Autoscale;
  readonly replicas?: never;
  readonly schedule?: never;
}

/** Copies that follow the clock. */
export interface ScheduledReplicas {
  /** From what time on how many copies there are. No apply sets the number back. */
  readonly schedule: readonly ScheduleStep[];
  /**
   * The time zone whose clocks the schedule means.
   * @default 'Etc/UTC'
   */
  readonly timeZone?: string;
  /**
   * Copies that follow the load too: the schedule then gives the fewest.
   * @default - the schedule gives the number
   */
  readonly autoscale?: Omit<Autoscale, 'min'>;
  readonly replicas?: never;
}

/** What makes up a microservice. Only the image has to be said. */
export type MicroserviceOptions = MicroserviceBase & Scaling;

/** The options beside the number of copies. */
export interface MicroserviceBase {
  /** What it runs. */
  readonly image: Image;
  /**
   * The port the program listens on; it reads it from `PORT`. Callers never see it: the Service answers on 80.
   * @default 8080
   */
  readonly port?: number;
  /**
   * Further ports it listens on, by name, such as `{ metrics: 9090 }`; the Service gives each under its own number.
   * @default - none
   */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * Whether it serves HTTP. What does not is found by its `ports`, under `<NAME>_HOST` and `<NAME>_PORT`; without `ports` it is a
   * worker, which gets no Service and no questions after its health, and nobody can call it.
   * @default true
   */
  readonly http?: boolean;
  /**
   * The database it keeps its data in, found under `DATABASE_HOST`, `_PORT`, `_NAME`, `_USER` and `_PASSWORD`.
   * @default - none
   */
  readonly database?: Database;
  /**
   * Settings, as environment variables.
   * @default - none but `PORT` and what its calls give
   */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /**
   * Files that are mounted read-only, by absolute path. A changed file replaces the copies that read it.
   * @default - none
   */
  readonly files?: Readonly<Record<string, FileContent>>;
  /**
   * Volumes, by the absolute path they are mounted at. They are shared by all copies.
   * @default - none
   */
  readonly volumes?: Readonly<Record<string, VolumeSource | Volume>>;
  /**
   * Folders that the program may write to; they are empty at the start and gone at the end.
   * @default ['/tmp']
   */
  readonly writable?: readonly string[];
  /**
   * The program, in place of the image's own.
   * @default - the image's entrypoint
   */
  readonly command?: readonly string[];
  /**
   * The arguments, in place of the image's own.
   * @default - the image's arguments
   */
  readonly args?: readonly string[];
  /**
   * The folder it is started in.
   * @default - the image's working directory
   */
  readonly workingDir?: string;
  /**
   * What it asks of its node.
   * @default - 50m cpu and 64Mi memory, ended at 256Mi
   */
  readonly resources?: Resources;
  /**
   * Where it tells how it is.
   * @default - `/healthz/live` and `/healthz/ready`, or the first of its ports for what serves no HTTP
   */
  readonly health?: Health;
  /**
   * How a release takes the place of the one before.
   * @default 'rolling'
   */
  readonly strategy?: Strategy;
  /**
   * How a copy ends.
   * @default - a pause of 5 seconds, 30 seconds in all
   */
  readonly shutdown?: Shutdown;
  /**
   * Whether `callsign dev` may change the program's source while it runs, as in an environment for development: the image's folder is
   * copied to one that can be written to, and no liveness probe ends a program that is broken just now.
   * @default false
   */
  readonly live?: boolean;
  /**
   * The image with Node.js that sets the copies of a schedule, inside the cluster.
   * @default Image.of('node:24-slim')
   */
  readonly scheduleImage?: Image;
  /**
   * The numeric user and group that the program runs as; never 0.
   * @default 1000
   */
  readonly user?: number;
}
