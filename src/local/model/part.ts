import type { V1Container, V1Volume } from '@kubernetes/client-node';
import type { ImageSource } from '../../images/image';
import type { Endpoint } from '../../links/endpoint';
import type { Place } from '../../problems/problem';
import type { LocalProgram } from './program';

/** A Deployment of the charts that runs as processes. */
export interface Part {
  /** The name of the Deployment: of the microservice, or of its canary or green release. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly replicas: number;
  readonly program: LocalProgram;
  /** What its image is built from. A change replaces the replicas. Undefined for an image from a registry. */
  readonly source: ImageSource | undefined;
  readonly container: V1Container;
  readonly volumes: readonly V1Volume[];
  /** Whether its pods are behind the Service of the name. The release that waits of blue and green is not. */
  readonly isServed: boolean;
  /** Whether an old replica ends before its new one starts, because only one can use the data. */
  readonly endsFirst: boolean;
  /** The user and the group of the program in a container, as `uid:gid`. Undefined if its image decides. */
  readonly user: string | undefined;
  /** Seconds from the end signal until the process is killed. */
  readonly grace: number;
  /** The name, the calls and the callers. */
  readonly endpoint: Endpoint;
  /** The line of the chart that declares it. */
  readonly place: Place | undefined;
}

/** Something of the charts that does not run here. */
export interface NotStarted {
  readonly name: string;
  readonly why: string;
}
