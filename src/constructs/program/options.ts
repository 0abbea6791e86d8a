import type { Image } from '../../images/image';
import type { SecurityException } from '../../k8s/exceptions';
import type { OptionNames } from '../../problems/unknown-options';
import type { Database } from '../database/database';
import { ACCOUNT_OPTIONS, type AccountOptions } from '../shared/account-options';
import type { VolumeSource } from '../shared/plus';
import { POD_OPTIONS, type PodOptions } from '../shared/pod-options';
import { EXCEPTION_OPTIONS } from '../shared/exceptions';
import { RESOURCE_OPTIONS, type Resources } from '../shared/resources';
import { PROJECT_FILE_OPTIONS, SECRET_KEY_OPTIONS, type EnvValue, type FileContent } from '../shared/values';
import type { Volume } from '../volume/volume';
import { INIT_CONTAINER_OPTIONS, SIDECAR_OPTIONS, type InitContainer, type Sidecar } from './sidecars/options';

/** What a program needs to run in pods: of a microservice, of a task, or of a task with a schedule. */
export interface ProgramOptions {
  /** The image that the pods run. */
  readonly image: Image;
  /**
   * The database of the microservice. The program gets the variables `DATABASE_HOST`, `_PORT`, `_NAME`, `_USER`,
   * `_PASSWORD` and `_POOL`.
   * @default - none
   */
  readonly database?: Database;
  /**
   * The most connections of one replica to each database that it calls, which the program gets as `<NAME>_POOL`.
   * @default - 5; 4 or 3 if the pools of all callers would be too many connections for the database
   */
  readonly pool?: number;
  /**
   * Environment variables.
   * @default - only `PORT` and the variables of its calls
   */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /**
   * Whether the program gets the variables of the collector of the environment, and may send traces to it.
   * @default true
   */
  readonly telemetry?: boolean;
  /**
   * Files that are mounted read-only, by absolute path. A changed file replaces the pods that read it.
   * @default - none
   */
  readonly files?: Readonly<Record<string, FileContent>>;
  /**
   * Volumes by absolute mount path. All replicas share them. The files of an image are mounted read-only, which requires
   * Kubernetes 1.35.
   * @default - none
   */
  readonly volumes?: Readonly<Record<string, VolumeSource | Volume | Image>>;
  /**
   * Folders that the program can write to. They are empty when the pod starts and are deleted with it. A pod with more
   * than 64Mi in one of them is evicted; the services of the blog write nothing.
   * @default ['/tmp']
   */
  readonly writable?: readonly string[];
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
   * The resource requests and limits of the container.
   * @default - requests of 50m CPU and 64Mi memory, a memory limit of 256Mi
   */
  readonly resources?: Resources;
  /**
   * The numeric user and group of the program. It must not be 0.
   * @default 1000
   */
  readonly user?: number;
  /**
   * What the image needs although the hardened defaults forbid it, each with a reason:
   * `[{ rootFilesystem: 'writable', reason: 'It unpacks its plugins.' }]`.
   * @default - none
   */
  readonly exceptions?: readonly SecurityException[];
  /**
   * Labels and annotations of the pods, and where and how Kubernetes runs them.
   * @default - the defaults of each option
   */
  readonly pod?: PodOptions;
  /**
   * Labels and annotations of the ServiceAccount, for instance the workload identity of a cloud.
   * @default - none
   */
  readonly serviceAccount?: AccountOptions;
  /**
   * Containers that run to their end, one after the other, before the program starts. They get the variables of the
   * program.
   * @default - none
   */
  readonly initContainers?: Readonly<Record<string, InitContainer>>;
  /**
   * Containers that start before the program, run next to it, and end after it.
   * @default - none
   */
  readonly sidecars?: Readonly<Record<string, Sidecar>>;
}

/** The names of the options. @internal */
export const PROGRAM_OPTIONS: OptionNames<ProgramOptions> = {
  image: 'opaque',
  database: 'opaque',
  pool: true,
  env: [SECRET_KEY_OPTIONS],
  telemetry: true,
  files: [{ ...SECRET_KEY_OPTIONS, ...PROJECT_FILE_OPTIONS }],
  volumes: 'opaque',
  writable: true,
  command: true,
  args: true,
  workingDir: true,
  resources: RESOURCE_OPTIONS,
  user: true,
  exceptions: [EXCEPTION_OPTIONS],
  pod: POD_OPTIONS,
  serviceAccount: ACCOUNT_OPTIONS,
  initContainers: [INIT_CONTAINER_OPTIONS],
  sidecars: [SIDECAR_OPTIONS],
};
