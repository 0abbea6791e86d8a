import type { V1Container, V1Volume } from '@kubernetes/client-node';
import type { ImageSource } from '../../images/image';
import type { Concurrency } from '../../constructs/task/options';
import type { Caller, Endpoint } from '../../links/endpoint';
import type { Place } from '../../problems/problem';
import type { LocalProgram } from './program';

/** The pods of a workload of the charts, as they run here. */
export interface LocalPod {
  /** The name of the workload. */
  readonly name: string;
  readonly namespace: string | undefined;
  readonly program: LocalProgram;
  /** What its image is built from. A change replaces what runs. Undefined for an image from a registry. */
  readonly source: ImageSource | undefined;
  readonly container: V1Container;
  readonly volumes: readonly V1Volume[];
  /** The user and the group of the program in a container, as `uid:gid`. Undefined if its image decides. */
  readonly user: string | undefined;
  /** Seconds from the end signal until the process is killed. */
  readonly grace: number;
  /** Its calls, and what it starts after. */
  readonly caller: Caller;
  /** The line of the chart that declares it. */
  readonly place: Place | undefined;
}

/** A Deployment of the charts. Its name is that of the microservice, or of its canary or green release. */
export interface Part extends LocalPod {
  readonly replicas: number;
  /** Whether its pods are behind the Service of the name. The release that waits of blue and green is not. */
  readonly isServed: boolean;
  /** Whether an old replica ends before its new one starts, because only one can use the data. */
  readonly endsFirst: boolean;
  /** The name, the calls and the callers. */
  readonly endpoint: Endpoint;
}

/** A Task or a CronTask of the charts. */
export interface LocalTask extends LocalPod {
  readonly retries: number;
  /** Seconds that a run may take, with all retries. */
  readonly deadline: number;
  /** When it runs. Undefined if it runs once. */
  readonly times: TaskTimes | undefined;
}

/** The times of a CronTask. */
interface TaskTimes {
  readonly schedule: string;
  readonly timeZone: string;
  readonly concurrency: Concurrency;
}

/** Something of the charts that does not run here. */
export interface NotStarted {
  readonly name: string;
  readonly why: string;
}
