import type { Image } from '../../../images/image';
import type { SecurityException } from '../../../k8s/exceptions';
import type { OptionNames } from '../../../problems/unknown-options';
import { EXCEPTION_OPTIONS } from '../../shared/exceptions';
import { LIFECYCLE_OPTIONS, type Lifecycle } from '../../shared/lifecycle';
import { RESOURCE_OPTIONS, type Resources } from '../../shared/resources';
import { SECRET_KEY_OPTIONS, TOUCHED_FILE_OPTIONS, type Check, type EnvValue } from '../../shared/values';

/** A container in the pods of a microservice, in addition to its program. */
export interface FurtherContainer {
  /** The image that the container runs. */
  readonly image: Image;
  /**
   * The command, instead of the entrypoint of the image.
   * @default - the image's entrypoint
   */
  readonly command?: readonly string[];
  /**
   * The arguments, instead of those of the image.
   * @default - the image's arguments
   */
  readonly args?: readonly string[];
  /**
   * The working directory.
   * @default - the image's working directory
   */
  readonly workingDir?: string;
  /**
   * Environment variables.
   * @default - none of its own
   */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /**
   * Whether the container also gets the variables of the program: those of its calls, of its database and of `env`.
   * @default - true for init containers, false for sidecars
   */
  readonly sharesEnv?: boolean;
  /**
   * The paths of `files`, `volumes` and `writable` of the program that the container also mounts, at the same path.
   * @default - none
   */
  readonly mounts?: readonly string[];
  /**
   * Folders of its own that the container can write to.
   * @default - none
   */
  readonly writable?: readonly string[];
  /**
   * The resource requests and limits.
   * @default - requests of 50m CPU and 64Mi memory, a memory limit of 256Mi
   */
  readonly resources?: Resources;
  /**
   * The numeric user and group of the container. It must not be 0.
   * @default - the `user` of the program
   */
  readonly user?: number;
  /**
   * What its image needs although the hardened defaults forbid it, each with a reason. Those of the program do not
   * apply to it.
   * @default - none
   */
  readonly exceptions?: readonly SecurityException[];
}

/** A container that runs to its end before the program starts. */
export type InitContainer = FurtherContainer;

/** A container that starts before the program, runs next to it, and ends after it. */
export interface Sidecar extends FurtherContainer {
  /**
   * The ports that it listens on, by name. To let callers reach one, add it to `ports` of the microservice too, with the
   * same name and number, and name it in the call.
   * @default - none
   */
  readonly ports?: Readonly<Record<string, number>>;
  /**
   * The health checks of the sidecar. The program starts only when `ready` succeeded once.
   * @default - none
   */
  readonly health?: SidecarHealth;
  /**
   * Commands or requests at the start and at the end of the sidecar. Requests go to the port of its health checks.
   * @default - none
   */
  readonly lifecycle?: Lifecycle;
}

/** The health checks of a sidecar. */
export interface SidecarHealth {
  /**
   * Succeeds if the sidecar can work. The pod gets requests only then.
   * @default - none
   */
  readonly ready?: Check;
  /**
   * Succeeds if the process works; otherwise only the sidecar is restarted.
   * @default - none
   */
  readonly live?: Check;
  /**
   * The port of paths and of `'tcp'`.
   * @default - the first of its `ports`
   */
  readonly port?: number;
}

const FURTHER_CONTAINER: OptionNames<FurtherContainer> = {
  image: 'opaque',
  command: true,
  args: true,
  workingDir: true,
  env: [SECRET_KEY_OPTIONS],
  sharesEnv: true,
  mounts: true,
  writable: true,
  resources: RESOURCE_OPTIONS,
  user: true,
  exceptions: [EXCEPTION_OPTIONS],
};

/** The names of the options. */
export const INIT_CONTAINER_OPTIONS: OptionNames<InitContainer> = FURTHER_CONTAINER;
export const SIDECAR_OPTIONS: OptionNames<Sidecar> = {
  ...FURTHER_CONTAINER,
  ports: true,
  health: { ready: TOUCHED_FILE_OPTIONS, live: TOUCHED_FILE_OPTIONS, port: true },
  lifecycle: LIFECYCLE_OPTIONS,
};
